#include "services/imageproc/tiers/entry_format.h"

#include <gtest/gtest.h>

#include "services/imageproc/model/digest.h"

namespace marquee::imageproc {
namespace {

EntryDescription Description() {
  EntryDescription description;
  description.key = "the key";
  description.created_at = absl::FromUnixSeconds(1'700'000'000);
  description.fresh_until = absl::InfiniteFuture();
  description.content_type = "image/jpeg";
  description.etag = "etag";
  description.original_digest = "digest";
  description.validator = "validator";
  description.width_px = 600;
  description.height_px = 900;
  return description;
}

std::string File() {
  return EncodeEntryHead(Description(), 4, DigestOf("body"), absl::FromUnixSeconds(5)) + "body";
}

TEST(EntryFormatTest, DecodesWhatItEncoded) {
  const std::string file = File();

  const absl::StatusOr<EntryHeader> entry = DecodeEntryHead(file, file.size());

  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(file.substr(entry->body_offset), "body");
  EXPECT_EQ(entry->body_digest, DigestOf("body"));
  EXPECT_EQ(entry->confirmed_at, absl::FromUnixSeconds(5));
  const EntryDescription& described = entry->description;
  EXPECT_EQ(described.key, "the key");
  EXPECT_EQ(described.created_at, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(described.fresh_until, absl::InfiniteFuture());
  EXPECT_EQ(described.content_type, "image/jpeg");
  EXPECT_EQ(described.etag, "etag");
  EXPECT_EQ(described.original_digest, "digest");
  EXPECT_EQ(described.validator, "validator");
  EXPECT_EQ(std::pair(described.width_px, described.height_px), std::pair(600, 900));
}

TEST(EntryFormatTest, RejectsEveryWrongLength) {
  const std::string file = File();
  for (size_t length = 0; length < file.size(); ++length) {
    EXPECT_EQ(DecodeEntryHead(file.substr(0, length), length).status().code(),
              absl::StatusCode::kDataLoss)
        << length;
  }
  EXPECT_FALSE(DecodeEntryHead(file + "x", file.size() + 1).ok());
}

TEST(EntryFormatTest, DetectsEveryFlippedBitBeforeTheBody) {
  const std::string file = File();
  const size_t head = file.size() - 4;
  for (size_t at = 0; at < head; ++at) {
    if (at >= kConfirmedAtOffset && at < kConfirmedAtOffset + 8)
      continue;  // not covered by a checksum
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const absl::StatusOr<EntryHeader> entry = DecodeEntryHead(damaged, damaged.size());
    if (entry.ok()) EXPECT_NE(entry->body_digest, DigestOf("body")) << at;
  }
}

TEST(EntryFormatTest, AcceptsAnUpdatedTimeOfConfirmation) {
  std::string file = File();
  file.replace(kConfirmedAtOffset, 8, EncodeConfirmedAt(absl::FromUnixSeconds(77)));

  EXPECT_EQ(DecodeEntryHead(file, file.size())->confirmed_at, absl::FromUnixSeconds(77));
}

}  // namespace
}  // namespace marquee::imageproc
