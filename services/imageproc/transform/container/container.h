// Walks the structure of a picture's file before any library sees it. A length that says more than
// the file holds is refused here; what decoders do not need is left out of PictureInfo::splice.
// Memory: a window of 16 KB, a profile of at most 4 MB, and at most kMaxMetaBytes for HEIF.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>

#include "services/imageproc/transform/container/byte_cursor.h"
#include "services/imageproc/transform/image_transformer.h"

namespace marquee::imageproc {

// All of what PictureInfo says, from the bytes alone. kFailedPrecondition: no picture of a known
// kind, cut off or damaged, and how; kUnavailable: the disk does not answer.
absl::StatusOr<PictureInfo> ReadContainer(const Blob& blob);

// One per kind of file; they fill in everything but the type. Formats: ITU-T T.81 and JFIF 1.02;
// ISO/IEC 15948 (PNG) and the PNG Specification's APNG; RFC 9649 (WebP); GIF89a; ISO/IEC 14496-12,
// 23008-12 (HEIF) and AVIF 1.1.
absl::Status ReadJpeg(ByteCursor& file, PictureInfo& info);
absl::Status ReadPng(ByteCursor& file, PictureInfo& info);
absl::Status ReadWebp(ByteCursor& file, PictureInfo& info);
absl::Status ReadGif(ByteCursor& file, PictureInfo& info);
absl::Status ReadHeif(ByteCursor& file, PictureInfo& info);

// Largest `meta` box of a HEIF file that is read: it has about 100 bytes per tile.
inline constexpr uint64_t kMaxMetaBytes = uint64_t{1} << 20;

// Shared by the walkers.
absl::Status CutOff();
// "cannot be decoded: " and `what`.
absl::Status Damaged(std::string_view what);
// `length` bytes of the part `name` do not fit into the file behind `offset`.
absl::Status TooLong(std::string_view name, uint64_t offset, uint64_t length);
// kFailedPrecondition: the file is in more parts than a sound one has.
absl::Status CheckParts(const Splice& splice);

}  // namespace marquee::imageproc
