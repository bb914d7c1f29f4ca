#pragma once

// sd-journal.h otherwise shadows sd_journal_sendv and its kin by macros that add the caller's own source location to
// every entry. Every function of libsystemd that is used has a form with fixed arguments, so no shim is needed.
#define SD_JOURNAL_SUPPRESS_LOCATION

#include <systemd/sd-bus.h>
#include <systemd/sd-journal.h>
