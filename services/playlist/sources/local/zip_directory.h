// Checks the directory of a ZIP file before libzip reads it.
#pragma once

#include <absl/status/status.h>

#include <cstdint>

namespace marquee::playlist {

// libzip allocates memory for as many entries as an archive claims before it reads the first one,
// so the number is compared with the size of the file: a directory entry takes at least 46 bytes
// (APPNOTE 4.3.12). Checks every end-of-central-directory record (4.3.16) that libzip could choose,
// and the ZIP64 record to which a locator before it points (4.3.14, 4.3.15), which libzip prefers.
// Reads 64 KiB.
//   kFailedPrecondition  no directory; more than `max_entries`; more than fit into the file
//   kUnavailable         an I/O error
absl::Status CheckZipDirectory(int fd, uint64_t file_size, uint64_t max_entries);

// Maximum number of bytes that `compressed` bytes of deflate can produce (zlib: 1032 to 1).
uint64_t MaxInflatedBytes(uint64_t compressed);

}  // namespace marquee::playlist
