// Parses the structure of an image file before any library reads it. Lengths beyond the end of the
// file are rejected here; parts that decoders do not need are left out of ImageInfo::splice.
// Memory: a window of 16 KB, a profile of at most 4 MB, and at most kMaxMetaBytes for HEIF.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>

#include "services/imageproc/transform/container/byte_cursor.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// Fills the whole ImageInfo from the file. kFailedPrecondition: unsupported format, cut off or
// damaged; the message says which. kUnavailable: the disk cannot be read.
absl::StatusOr<ImageInfo> ReadContainer(const Blob& blob);

// One parser per format; they fill in everything but the type. Formats: ITU-T T.81 and JFIF 1.02;
// ISO/IEC 15948 (PNG) and the PNG Specification's APNG; RFC 9649 (WebP); GIF89a; ISO/IEC 14496-12,
// 23008-12 (HEIF) and AVIF 1.1.
absl::Status ReadJpeg(ByteCursor& file, ImageInfo& info);
absl::Status ReadPng(ByteCursor& file, ImageInfo& info);
absl::Status ReadWebp(ByteCursor& file, ImageInfo& info);
absl::Status ReadGif(ByteCursor& file, ImageInfo& info);
absl::Status ReadHeif(ByteCursor& file, ImageInfo& info);

// Largest `meta` box of a HEIF file that is read; it needs about 100 bytes per tile.
inline constexpr uint64_t kMaxMetaBytes = uint64_t{1} << 20;

// Shared by the parsers.
absl::Status CutOff();
// kFailedPrecondition with "cannot be decoded: " and `what`.
absl::Status Damaged(std::string_view what);
// Error for a part `name` at `offset` whose `length` exceeds the file.
absl::Status TooLong(std::string_view name, uint64_t offset, uint64_t length);
// kFailedPrecondition: the file has more parts than a valid one.
absl::Status CheckParts(const Splice& splice);

}  // namespace marquee::imageproc
