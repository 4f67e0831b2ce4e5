#include "services/imageproc/tiers/disk_tier.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "libs/base/status.h"
#include "services/imageproc/model/digest.h"
#include "services/imageproc/tiers/entry_format.h"
#include "services/imageproc/tiers/original_file.h"

namespace marquee::imageproc {
namespace {

// Limit of an entry; larger than any response, which may be an original sent unchanged.
constexpr size_t kMaxEntryBytes = size_t{96} << 20;

constexpr std::string_view kImageSuffix = ".img";

std::string NameOf(const std::string& key) { return DigestOf(key).append(kImageSuffix); }

absl::Status NotHere() { return absl::NotFoundError("not on disk"); }

// kDataLoss: damaged. kNotFound: the entry belongs to another key with the same digest.
absl::StatusOr<CachedImage> Decode(std::string file, const std::string& key) {
  MARQUEE_ASSIGN_OR_RETURN(EntryHeader header, DecodeEntryHead(file, file.size()));
  if (header.description.key != key) return NotHere();
  file.erase(0, header.body_offset);
  if (DigestOf(file) != header.body_digest) return absl::DataLossError("damaged");
  EntryDescription& description = header.description;
  return CachedImage{.bytes = std::make_shared<const std::string>(std::move(file)),
                     .content_type = std::move(description.content_type),
                     .width_px = description.width_px,
                     .height_px = description.height_px,
                     .etag = std::move(description.etag),
                     .original_digest = std::move(description.original_digest),
                     .created_at = description.created_at,
                     .fresh_until = description.fresh_until};
}

}  // namespace

bool DiskTier::MayHold(const ImageKey& key) { return store_.MayHold(NameOf(key.Text())); }

absl::StatusOr<CachedImage> DiskTier::Get(const ImageKey& key) {
  MARQUEE_ASSIGN_OR_RETURN(CachedImage image, GetStale(key));
  if (clock_.Now() >= image.fresh_until) return NotHere();
  return image;
}

absl::StatusOr<CachedImage> DiskTier::GetStale(const ImageKey& key) {
  const std::string text = key.Text();
  const std::string name = NameOf(text);
  MARQUEE_ASSIGN_OR_RETURN(std::string file, store_.Read(name, kMaxEntryBytes));
  absl::StatusOr<CachedImage> image = Decode(std::move(file), text);
  if (image.status().code() == absl::StatusCode::kDataLoss) {
    store_.Drop(name, DiskStore::DropCause::kCorrupt);
    logger_.Warn("damaged entry dropped from the image disk tier",
                 {{"image", key.original.DebugString()}, {"file", name}});
  }
  if (image.ok() && clock_.Now() >= image->created_at + store_.ttl()) return NotHere();
  return image;
}

absl::Status DiskTier::Put(const ImageKey& key, const CachedImage& image) {
  EntryDescription description;
  description.key = key.Text();
  description.created_at = image.created_at;
  description.fresh_until = image.fresh_until;
  description.content_type = image.content_type;
  description.etag = image.etag;
  description.original_digest = image.original_digest;
  description.width_px = image.width_px;
  description.height_px = image.height_px;
  std::string file =
      EncodeEntryHead(description, image.bytes->size(), DigestOf(*image.bytes), image.created_at);
  file += *image.bytes;
  return store_.Write(NameOf(description.key), file);
}

Purged DiskTier::Purge(const PurgeScope& scope) {
  Purged purged;
  for (const auto& [name, bytes] : store_.List()) {
    if (!scope.all()) {
      const absl::StatusOr<EntryHeader> header = ReadEntryHeader(store_.PathOf(name));
      if (!header.ok()) continue;
      const std::string& key = header->description.key;
      const bool covered =
          name.ends_with(kImageSuffix) ? scope.CoversImage(key) : scope.CoversOriginal(key);
      if (!covered) continue;
    }
    store_.Drop(name, DiskStore::DropCause::kPurged);
    purged += {.entries = 1, .bytes = static_cast<int64_t>(bytes)};
  }
  return purged;
}

}  // namespace marquee::imageproc
