// Which pictures may stand in for one another: those of one title at several sources.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"
#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Thread-safe. Holds a reference to each merged title and at most 24 bytes per picture of one.
class ArtworkSubstitutes {
 public:
  // Of the merged titles among `items`, and of no others from now on.
  void Replace(const std::vector<ItemPtr>& items);

  // The URLs (model/image_url.h) of the same kind of picture (poster, background, thumbnail, logo)
  // at the other sources of the title that `url` is a picture of, the preferred source first. Its
  // validator does not count. Empty when there are none.
  std::vector<std::string> Of(std::string_view url) const;

 private:
  enum class Kind : uint8_t { kPoster, kBackground, kThumbnail, kLogo };
  struct Picture {
    ItemPtr title;
    Kind kind = Kind::kPoster;
  };

  static const std::string& UrlOf(const Item& item, Kind kind);

  mutable base::Mutex mutex_;
  // By hash of the URL without its validator.
  absl::flat_hash_map<uint64_t, Picture> pictures_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
