---@meta
-- Made from the program itself: `make generate` writes it anew.

kube = {}

---@class kube.apply.arguments
---@field objects? any[] the objects, as tables (list of any value)
---@field manifest? string or the objects as YAML, in one document or several
---@field namespace? string where objects live that do not say it themselves; default otherwise (namespace such as "kube-system")
---@field force? boolean take over fields that another field manager owns (default false)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Objects of the Kubernetes API are as given.
---
---They are applied on the server's side (field manager `vsrrun`), through standard input. Whether
---something changes is judged by comparing each live object with the server's own dry run: what
---another hand changed is put right, and shown. A field that another field manager owns stops the run
---and is named; `force = true` takes it over. An object that a plain `kubectl apply` made, or `kubectl
---create` where it is to be changed, is adopted: its fields become vsrrun's, so that those which are
---not given any more go away. An empty or null field is the same as none. A Secret is made by
---kube.secret.
---
---Undo: What was there is replaced by the former object, and what was made is deleted.
---
---Errors: A field that another field manager owns (see `force`). A Secret: kube.secret makes those. An
---object that the API server refuses, or keeps otherwise than it was applied.
---
---```lua
---kube.apply { objects = { { apiVersion = "v1", kind = "ServiceAccount", metadata = { name = "sriov-device-plugin", namespace = "kube-system" } } } }
---```
---@param arguments? kube.apply.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kube.apply(arguments) end

---@class kube.delete.arguments
---@field objects? any[] the objects, as tables (list of any value)
---@field manifest? string or the objects as YAML, in one document or several
---@field namespace? string where objects live that do not say it themselves; default otherwise (namespace such as "kube-system")
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Objects of the Kubernetes API are not there, nor what belongs to them, such as the pods of a
---Deployment.
---
---Of each object apiVersion, kind and metadata count. One of a kind that the API server does not know
---is not there.
---
---Undo: The objects are made again as they were; not what a Secret held, which is never recorded, and
---not what lived in a namespace or of a kind that went with its CustomResourceDefinition.
---
---Errors: An object that is still there after it was deleted: a finalizer holds it.
---
---```lua
---kube.delete { objects = { { apiVersion = "apps/v1", kind = "Deployment", metadata = { name = "vsr" } } } }
---```
---@param arguments? kube.delete.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kube.delete(arguments) end

---@class kube.get.arguments
---@field kind string its kind (kind such as "DaemonSet")
---@field name string its name (name of a Kubernetes object such as "kube-flannel-ds")
---@field namespace? string where it lives, if its kind lives in namespaces (namespace such as "kube-system"; default "default")
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---One object of the Kubernetes API.
---
---```lua
---local node = kube.get { kind = "Node", name = "reference" }
---```
---@param arguments kube.get.arguments
---@return table<string, any>? # the object as a table, a Secret without what it holds; `nil` if there is none
function kube.get(arguments) end

---@class kube.list.arguments
---@field kind string their kind (kind such as "DaemonSet")
---@field namespace? string where they live; in all namespaces otherwise (namespace such as "kube-system")
---@field selector? string labels that they have, such as app=fastpath
---@field field_selector? string fields that they have, such as spec.nodeName=reference
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---The objects of one kind in the Kubernetes API.
---
---```lua
---for _, pod in ipairs(kube.list { kind = "Pod", namespace = "kube-system" }) do … end
---```
---@param arguments kube.list.arguments
---@return table<string, any>[] # a list of objects as tables, Secrets without what they hold; an empty one if there are none
function kube.list(arguments) end

---@class kube.restart.arguments
---@field kind "DaemonSet"|"Deployment" what it is ("DaemonSet", "Deployment")
---@field name string its name (name of a Kubernetes object such as "kube-flannel-ds")
---@field namespace? string where it lives (namespace such as "kube-system"; default "default")
---@field files? string[] further files of this machine that its pods read when they start (list of absolute path; default {})
---@field timeout? integer seconds that the new pods may take (default 300)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---The pods of a DaemonSet or Deployment run with what the ConfigMaps and files that they read hold
---now.
---
---The cluster is the judge: it holds when every container of its pods started after the last change of
---each ConfigMap that the pod template names, and of the files given.
---
---Undo: The pods are restarted once more, when the former ConfigMaps are back. It comes after
---everything else was undone.
---
---Errors: A DaemonSet or Deployment that is not there. Pods that still run from before.
---
---```lua
---kube.restart { kind = "DaemonSet", name = "kube-sriov-device-plugin-amd64", namespace = "kube-system" }
---```
---@param arguments kube.restart.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kube.restart(arguments) end

---@class kube.secret.arguments
---@field name string its name, which pods have in imagePullSecrets (name of a Kubernetes object such as "kube-flannel-ds")
---@field namespace? string where it lives (namespace such as "kube-system"; default "default")
---@field server string the registry, such as download.6wind.com
---@field username string the user there
---@field password secret the user's password (secret (a parameter of that type, or secret.file and the like))
---@field replace? boolean replace a Secret of this name that vsrrun did not make (default false)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---A Secret with the credentials of a container registry is there, for pods to pull images with.
---
---It is what `kubectl create secret docker-registry` makes (documented step D34). The password goes to
---kubectl through standard input and is compared in memory: no record, argument or text has it, or
---anything made of it. What a Secret held before is never recorded, so replacing one cannot be taken
---back: one that vsrrun did not make is replaced only with `replace = true`.
---
---Undo: A Secret that was made is deleted. One that was replaced cannot come back: what it held is
---never recorded.
---
---Errors: A Secret with other credentials that vsrrun did not make (see `replace`). An empty password.
---
---```lua
---kube.secret { name = "regcred", server = "download.6wind.com", username = params.login, password = params.password }
---```
---@param arguments kube.secret.arguments
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kube.secret(arguments) end

---@class kube.untaint.arguments
---@field keys string[] the keys of the taints (list of string)
---@field node? string which node; all otherwise (name of a Kubernetes object such as "kube-flannel-ds")
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Nodes have no taints with these keys, so that pods may be scheduled there.
---
---A taint that is not there is no error: up to Kubernetes 1.23 the control plane's key is
---`node-role.kubernetes.io/master`, from 1.25 on `node-role.kubernetes.io/control-plane`, and 1.24 has
---both (documented steps D20, D21).
---
---Undo: The taints that were there come back.
---
---Errors: A node that has the taint still.
---
---```lua
---kube.untaint { "node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane" }
---```
---@param arguments kube.untaint.arguments|string[]
---@return boolean # `true` if it changed the machine in this run, `false` if the wanted state held already
function kube.untaint(arguments) end

---@class kube.wait_crd.arguments
---@field name string its name, plural and group (name of a Kubernetes object such as "kube-flannel-ds")
---@field timeout? integer seconds to wait (default 60)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Waits until the API server serves the kind that a CustomResourceDefinition defines.
---
---Before its condition Established is true, applying an object of that kind fails (documented steps
---D24 and D33). It changes nothing, so it is a query: it never counts as a change and runs again when
---the run is resumed.
---
---Errors: The time is over; the error says what the API server says of it.
---
---```lua
---kube.wait_crd "network-attachment-definitions.k8s.cni.cncf.io"
---```
---@param arguments kube.wait_crd.arguments|string
---@return true # `true`
function kube.wait_crd(arguments) end

---@class kube.wait_node.arguments
---@field node? string which node; all otherwise (name of a Kubernetes object such as "kube-flannel-ds")
---@field timeout? integer seconds to wait (default 180)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Waits until a node, or every node and one at least, is Ready.
---
---A node is Ready once its network plugin is there. It changes nothing, so it is a query: it never
---counts as a change and runs again when the run is resumed.
---
---Errors: The time is over; the error names the node and what its kubelet says.
---
---```lua
---kube.wait_node()
---```
---@param arguments? kube.wait_node.arguments|string
---@return string[] # a list of the nodes' names
function kube.wait_node(arguments) end

---@class kube.wait_pod.arguments
---@field selector string labels that the pods have
---@field namespace? string where they live (namespace such as "kube-system"; default "default")
---@field timeout? integer seconds to wait (default 600)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Waits until the pods with these labels are Ready, one at least; pods that are ending do not count.
---
---While it waits it shows the events about them and why they are not Ready. Where the time is over,
---the error says the reason, the newest warning and what to do (documented step D37). It changes
---nothing, so it is a query: it never counts as a change and runs again when the run is resumed.
---
---Errors: The time is over; the error says the reason, the newest warning and what to do.
---
---```lua
---local pod = kube.wait_pod { selector = "app=fastpath", timeout = 600 }
---```
---@param arguments kube.wait_pod.arguments|string
---@return { name: string, namespace: string, node: string, ip: string } # a table of `name`, `namespace`, `node` and `ip` of the first of them by name
function kube.wait_pod(arguments) end

---@class kube.wait_resource.arguments
---@field resources table<string, any> how much of what, at least: 1, "8Gi" (table of any value by name)
---@field node? string which node; any otherwise (name of a Kubernetes object such as "kube-flannel-ds")
---@field timeout? integer seconds to wait (default 120)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Waits until one node offers these resources to pods.
---
---What counts is the node's `allocatable`, which is what there is, whether pods use it or not
---(documented step D32). It changes nothing, so it is a query: it never counts as a change and runs
---again when the run is resumed.
---
---Errors: The time is over; the error says what the nodes offer.
---
---```lua
---kube.wait_resource { resources = { ["intel.com/intel_sriov_nic_vsr1"] = 1, ["hugepages-1Gi"] = "8Gi" } }
---```
---@param arguments kube.wait_resource.arguments
---@return { node: string, allocatable: table<string, string> } # a table of `node` and `allocatable` (quantities by name, as the node has them)
function kube.wait_resource(arguments) end

---@class kube.wait_rollout.arguments
---@field kind "DaemonSet"|"Deployment" what it is ("DaemonSet", "Deployment")
---@field name string its name (name of a Kubernetes object such as "kube-flannel-ds")
---@field namespace? string where it lives (namespace such as "kube-system"; default "default")
---@field timeout? integer seconds to wait (default 300)
---@field kubeconfig? string the file that says how to reach the API server (absolute path; default "/etc/kubernetes/admin.conf")

---Waits until all pods of a DaemonSet or Deployment are of its present template and available.
---
---While it waits it shows the events about the pods. It changes nothing, so it is a query: it never
---counts as a change and runs again when the run is resumed.
---
---Errors: The time is over; the error says which pods are missing, and why.
---
---```lua
---kube.wait_rollout { kind = "DaemonSet", name = "kube-flannel-ds", namespace = "kube-system" }
---```
---@param arguments kube.wait_rollout.arguments
---@return { name: string, namespace: string, ready: integer } # a table of `name`, `namespace` and `ready` (how many pods are available)
function kube.wait_rollout(arguments) end
