// Test images, and posterpacks built with libzip, for tests of the local source.
#pragma once

#include <gtest/gtest.h>
#include <zip.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace marquee::playlist {

// Starts like a JPEG; `bytes` long in total.
inline std::string JpegBytes(size_t bytes = 200) {
  std::string jpeg = "\xFF\xD8\xFF\xE0";
  for (size_t i = jpeg.size(); i < bytes; ++i) jpeg += static_cast<char>('a' + i % 23);
  return jpeg;
}

inline std::string PngBytes() { return std::string("\x89PNG\r\n\x1A\n", 8) + "0123456789"; }

struct ZipEntry {
  std::string name;
  std::string bytes;
  bool stored = false;  // stored without compression
};

inline void WriteZip(const std::filesystem::path& path, const std::vector<ZipEntry>& entries) {
  std::filesystem::create_directories(path.parent_path());
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  ASSERT_NE(zip, nullptr);
  for (const ZipEntry& entry : entries) {
    zip_source_t* source = zip_source_buffer(zip, entry.bytes.data(), entry.bytes.size(), 0);
    const zip_int64_t index =
        zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE);
    ASSERT_GE(index, 0);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index),
                             entry.stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
  }
  ASSERT_EQ(zip_close(zip), 0);
}

}  // namespace marquee::playlist
