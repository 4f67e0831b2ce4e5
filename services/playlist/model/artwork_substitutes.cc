#include "services/playlist/model/artwork_substitutes.h"

#include <xxhash.h>

#include <utility>

#include "services/playlist/model/image_url.h"

namespace marquee::playlist {
namespace {

uint64_t HashOfAddress(std::string_view url) {
  const std::string_view address = WithoutArtworkVersion(url);
  return XXH3_64bits(address.data(), address.size());
}

}  // namespace

const std::string& ArtworkSubstitutes::UrlOf(const Item& item, Kind kind) {
  switch (kind) {
    case Kind::kPoster:
      return item.poster_url;
    case Kind::kBackground:
      return item.background_url;
    case Kind::kThumbnail:
      return item.thumbnail_url;
    case Kind::kLogo:
      break;
  }
  return item.clear_logo_url;
}

void ArtworkSubstitutes::Replace(const std::vector<ItemPtr>& items) {
  absl::flat_hash_map<uint64_t, Image> images;
  for (const ItemPtr& title : items) {
    if (title->parts.size() < 2) continue;
    // An image that is used as two kinds counts as the first.
    for (const Kind kind : {Kind::kPoster, Kind::kBackground, Kind::kThumbnail, Kind::kLogo}) {
      for (const ItemPtr& part : title->parts) {
        const std::string& url = UrlOf(part->item, kind);
        if (!url.empty()) images.try_emplace(HashOfAddress(url), Image{title, kind});
      }
    }
  }
  const base::MutexLock lock(mutex_);
  images_ = std::move(images);
}

std::vector<std::string> ArtworkSubstitutes::Of(std::string_view url) const {
  Image image;
  {
    const base::MutexLock lock(mutex_);
    const auto at = images_.find(HashOfAddress(url));
    if (at == images_.end()) return {};
    image = at->second;
  }
  const std::string_view asked = WithoutArtworkVersion(url);
  std::vector<std::string> others;
  bool known = false;  // the stored URL equals `url`, not only its hash
  for (const ItemPtr& part : image.title->parts) {
    const std::string& own = UrlOf(part->item, image.kind);
    if (own.empty()) continue;
    if (WithoutArtworkVersion(own) == asked) {
      known = true;
    } else {
      others.push_back(own);
    }
  }
  return known ? others : std::vector<std::string>();
}

}  // namespace marquee::playlist
