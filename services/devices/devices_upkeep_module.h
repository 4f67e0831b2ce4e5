// What is done to the data of the devices service from the command line: backup, restore, import.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace marquee::devices {

// Runs `PROGRAM backup FILE`, `PROGRAM restore FILE` or `PROGRAM import-posterrama DIR`, each with
// `--data-dir DIR` (./data without it), when the first argument names one of them; what comes back
// is the exit code: 0 done, with a report on standard output; 1 failed, 2 wrong arguments, with one
// line on standard error. Unset: the arguments are not for us.
//
// A backup may be taken while a program is running on the data; the others refuse then.
std::optional<int> RunUpkeep(int argc, const char* const* argv,
                             const std::function<std::string(const std::string&)>& environment);

}  // namespace marquee::devices
