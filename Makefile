# vsrrun: `make help` lists what there is to make.

PREFIX ?= /usr
DESTDIR ?=
PROGRAM ?= .build/release/vsrrun

# The program carries its libraries and its runtime, whatever the machine it is copied to has installed. These flags stand here
# because in the manifest they would bar other packages from using this one.
static := $(CURDIR)/.build/static
static_flags := --static-swift-stdlib --pkg-config-path $(static)/pkgconfig -Xswiftc -L$(static) \
	-Xswiftc -use-ld=lld -Xswiftc -Xclang-linker -Xswiftc -static-libgcc

# Each runbook with its version: a later installation leaves these beside its own.
runbook_versions = $(shell awk -F'"' '/^  name = / { name = $$2 } /^  version = / { print name "@" $$2 }' $(filter-out %_test.lua,$(wildcard runbooks/*.lua)))
# What is installed of them: all but their tests.
shipped = find $(1) -type f ! -name '*_test.*'

# What editors read beside the modules belongs to the present version alone.
modules = $(shell $(call shipped,stdlib) ! -path 'stdlib/meta/*')

share := $(DESTDIR)$(PREFIX)/share

.PHONY: help deps build demo test lab lab-full release generate install clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install the Debian packages that the build needs, if any is missing
	@.ci/deps.sh build

build: ## build the program: .build/release/vsrrun
	@.ci/static-libraries.sh $(static)
	swift build -c release --product vsrrun $(static_flags)

demo: deps build ## rehearse the documented install on a model of the documented machine
	.build/release/vsrrun rehearse install-single-node.lua --machine Examples/machines/reference.yaml

test: ## run every check and test; `Tests/run.sh PART…` runs some of them
	@.ci/deps.sh test
	@Tests/run.sh

lab: ## the install on an emulated machine with SR-IOV NICs, and awkward machines
	@.ci/deps.sh test
	@Tests/run.sh machine awkward

lab-full: ## the same, and power cuts from checkpoint to checkpoint
	@.ci/deps.sh test
	@Tests/run.sh machine awkward cuts

release: ## build the program for servers: dist/vsrrun-VERSION-x86_64.tar.gz
	@.ci/deps.sh test
	@.ci/release.sh

generate: ## write the editor definitions and the reference pages anew, from the primitives' signatures
	@Tests/generate.sh stdlib/meta docs/reference

install: ## install the program, runbooks, modules and examples below $(DESTDIR)$(PREFIX)
	install -Dm755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/vsrrun
	set -e; for file in $$($(call shipped,runbooks stdlib Examples/machines Examples/sites)); do install -Dm644 $$file $(DESTDIR)$(PREFIX)/share/vsrrun/$$file; done
	set -e; for runbook in $(runbook_versions); do for file in $(modules) runbooks/$${runbook%@*}.lua; do \
	  install -Dm644 $$file $(DESTDIR)$(PREFIX)/share/vsrrun/versions/$$runbook/$${file#runbooks/}; done; done
	install -Dm644 -t $(DESTDIR)/usr/lib/systemd/catalog Sources/Journal/vsrrun.catalog
	install -d $(share)/bash-completion/completions $(share)/zsh/site-functions $(share)/fish/vendor_completions.d
	$(PROGRAM) --generate-completion-script bash >$(share)/bash-completion/completions/vsrrun
	$(PROGRAM) --generate-completion-script zsh >$(share)/zsh/site-functions/_vsrrun
	$(PROGRAM) --generate-completion-script fish >$(share)/fish/vendor_completions.d/vsrrun.fish

clean: ## remove what was built here; ~/.cache/vsrrun keeps the Debian roots
	@Tests/Container/lab.sh down
	rm -rf .build .build-* dist
