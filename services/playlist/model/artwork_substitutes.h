// Looks up equivalent images: those of one title at several sources.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Thread-safe. Holds a reference to each merged title and at most 24 bytes per image of one.
class ArtworkSubstitutes {
 public:
  // Replaces the contents by the images of the merged titles among `items`.
  void Replace(const std::vector<ItemPtr>& items);

  // The URLs (model/image_url.h) of the same kind of image (poster, background, thumbnail, logo) of
  // the title to which `url` belongs, at its other sources, the preferred source first. Ignores the
  // artwork version of `url`. Empty: none.
  std::vector<std::string> Of(std::string_view url) const;

 private:
  enum class Kind : uint8_t { kPoster, kBackground, kThumbnail, kLogo };
  struct Image {
    ItemPtr title;
    Kind kind = Kind::kPoster;
  };

  static const std::string& UrlOf(const Item& item, Kind kind);

  mutable base::Mutex mutex_;
  // Keyed by the hash of the URL without its artwork version.
  absl::flat_hash_map<uint64_t, Image> images_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
