// Output of a program outside the log: its ready line, its single error line, its help.
#pragma once

#include <absl/time/time.h>

#include <string_view>

namespace marquee::app {

// Writes `text` to `fd`, a file, pipe, terminal or socket. Gives up what is left once nothing could
// be written for `patience`: a parent that does not read the pipe it gave must not keep a program
// from serving or from ending. False: not all was written.
bool WriteWithPatience(int fd, std::string_view text, absl::Duration patience = absl::Seconds(1));

}  // namespace marquee::app
