// Limits how many variants (sizes, formats) of one image are rendered per minute. Displays of one
// household request a few sizes; a client that requests a hundred would overload the image service.
// Clients that use up the variants of an image do not make it unavailable to others: each address
// may still request a few in rounded sizes.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/keyed_windows.h"
#include "libs/base/mutex.h"
#include "services/gateway/model/image.h"

namespace marquee::gateway {

// Thread-safe. `clock` must outlive it.
class ImageVariants {
 public:
  struct Options {
    // Variants rendered exactly as requested: several kinds of screens, portrait and landscape.
    size_t exact = 16;
    // Further variants, with size and quality rounded up to steps.
    size_t rounded = 16;
    // The first ones of an address are rendered, rounded, even after those. A display requests an
    // image in one size, and in another one after it was turned.
    int own = 2;
    // Pairs of address and image that are counted for `own`; the oldest are dropped first.
    size_t max_own = 20'000;
    absl::Duration window = absl::Minutes(1);
    // Images remembered; the least recently used are dropped first.
    size_t max_originals = 20'000;
  };

  ImageVariants(const Options& options, const base::Clock& clock)
      : options_(options),
        clock_(clock),
        own_({.window = options.window, .max_keys = options.max_own}, clock) {}

  // Counts the variant of `request`, which is not cached. Rounds its size up if `exact` other
  // variants of this image (whatever their `v`) were counted within the window. False: `rounded`
  // more were counted as well, and `address` has requested `own` variants; try again after the
  // window. An IPv6 address counts as its /48 network.
  bool Admit(ImageRequest& request, std::string_view address);

 private:
  struct Seen {
    absl::Duration began;
    std::vector<size_t> variants;  // hashes of keys
  };
  using Table = std::unordered_map<std::string, Seen>;

  Seen& Find(const std::string& original) MARQUEE_REQUIRES(mutex_);

  const Options options_;
  const base::Clock& clock_;
  base::KeyedWindows own_;
  base::Mutex mutex_;
  // Two generations: an image that is used moves to the young one. When that holds half of the
  // maximum, the old generation is dropped and the young one becomes old.
  Table young_ MARQUEE_GUARDED_BY(mutex_);
  Table old_ MARQUEE_GUARDED_BY(mutex_);
};

// Rounds up to the next common screen width or height in device pixels, and quality to 50, 80 or
// 100.
void RoundUpToSteps(ImageRequest& request);

}  // namespace marquee::gateway
