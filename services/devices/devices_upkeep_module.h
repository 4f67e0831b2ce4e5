// Command-line operations on the data of the devices service: backup, restore, import.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace marquee::devices {

// Runs `PROGRAM backup FILE`, `PROGRAM restore FILE` or `PROGRAM import-posterrama DIR`, each with
// `--data-dir DIR` (default ./data), if the first argument is one of these words. Returns the exit
// code: 0 success, with a report on standard output; 1 failed, 2 wrong arguments, with one line on
// standard error. nullopt: the first argument is none of these words.
//
// A backup may be taken while a program uses the data; the other operations fail then.
std::optional<int> RunUpkeep(int argc, const char* const* argv,
                             const std::function<std::string(const std::string&)>& environment);

}  // namespace marquee::devices
