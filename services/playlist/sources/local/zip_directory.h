// Looks at the directory of a ZIP file before libzip does.
#pragma once

#include <absl/status/status.h>

#include <cstdint>

namespace marquee::playlist {

// libzip allocates for as many entries as an archive claims to have before it reads the first one,
// so the claim is compared with the bytes that are there: a directory entry takes 46 of them
// (APPNOTE 4.3.12). Looks at every end-of-central-directory record (4.3.16) that libzip could
// choose, and at the ZIP64 record that a locator before it points to (4.3.14, 4.3.15), which libzip
// prefers whatever the former says. Reads 64 KiB.
//   kFailedPrecondition  no directory; more than `max_entries`; more than the file has room for
//   kUnavailable         an I/O error
absl::Status CheckZipDirectory(int fd, uint64_t file_size, uint64_t max_entries);

// What deflate can make of `compressed` bytes at most (zlib's technical details: 1032 to 1).
uint64_t MaxInflatedBytes(uint64_t compressed);

}  // namespace marquee::playlist
