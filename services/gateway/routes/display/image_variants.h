// How many different answers of one picture may be made in a minute. Displays of one household ask
// for a few sizes; whoever asks for a hundred makes the image service work.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "services/gateway/model/image.h"

namespace marquee::gateway {

// Thread-safe. `clock` must outlive it.
class ImageVariants {
 public:
  struct Options {
    // Exactly as asked for: screens of several kinds in their sizes, upright and across.
    size_t exact = 16;
    // More, with size and quality rounded up to steps.
    size_t rounded = 16;
    absl::Duration window = absl::Minutes(1);
    // Pictures remembered; those longest unseen are forgotten first.
    size_t max_originals = 20'000;
  };

  ImageVariants(const Options& options, const base::Clock& clock)
      : options_(options), clock_(clock) {}

  // Counts the answer that `request` wants, which a cache does not hold. Rounds its size up when
  // there were `exact` others of this picture (whatever their `v`) within the window. False: there
  // were `rounded` more; try again when the window is over.
  bool Admit(ImageRequest& request);

 private:
  struct Seen {
    absl::Duration began;
    std::vector<size_t> variants;  // hashes of keys
  };
  using Table = std::unordered_map<std::string, Seen>;

  Seen& Find(const std::string& original) MARQUEE_REQUIRES(mutex_);

  const Options options_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  // Two generations: one that is seen moves into the young one; when that is half of all, the old
  // one is dropped and the young one grows old.
  Table young_ MARQUEE_GUARDED_BY(mutex_);
  Table old_ MARQUEE_GUARDED_BY(mutex_);
};

// The next larger of the sides that screens have, in device pixels; quality to 50, 80 or 100.
void RoundUpToSteps(ImageRequest& request);

}  // namespace marquee::gateway
