#include "services/gateway/routes/display/image_variants.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "libs/base/address_key.h"

namespace marquee::gateway {
namespace {

// Common widths and heights of televisions, monitors, tablets and of tiles on them.
constexpr std::array kSides{160,  240,  320,  480,  640,  720,  960,
                            1080, 1280, 1440, 1920, 2160, 2880, 4000};
constexpr std::array kQualities{50, 80, 100};

template <class Steps>
int RoundUp(int value, const Steps& steps) {
  if (value == 0) return 0;
  const auto next = std::lower_bound(steps.begin(), steps.end(), value);
  return next == steps.end() ? steps.back() : *next;
}

}  // namespace

void RoundUpToSteps(ImageRequest& request) {
  const double ratio = request.device_pixel_ratio == 0 ? 1 : request.device_pixel_ratio;
  const auto pixels = [ratio](int side) { return static_cast<int>(std::lround(side * ratio)); };
  request.width = RoundUp(pixels(request.width), kSides);
  request.height = RoundUp(pixels(request.height), kSides);
  request.quality = RoundUp(request.quality, kQualities);
  request.device_pixel_ratio = 0;
}

bool ImageVariants::Admit(ImageRequest& request, std::string_view address) {
  const std::string original = request.source + '\n' + request.path + '\n' + request.url;
  const base::MutexLock lock(mutex_);
  Seen& seen = Find(original);
  const auto is_seen = [&seen](size_t variant) {
    return std::find(seen.variants.begin(), seen.variants.end(), variant) != seen.variants.end();
  };
  const auto hash = [&request] { return std::hash<std::string>()(request.Key()); };
  size_t variant = hash();
  if (is_seen(variant)) return true;
  const std::string key = base::AddressKey(address, base::kSiteBits) + '\n' +
                          std::to_string(std::hash<std::string>()(original));
  const bool is_among_own = own_.Take(key, options_.own).counted;
  if (seen.variants.size() >= options_.exact) {
    RoundUpToSteps(request);
    variant = hash();
    if (is_seen(variant)) return true;
    // Not added to `seen`, whose size is bounded.
    if (seen.variants.size() >= options_.exact + options_.rounded) return is_among_own;
  }
  seen.variants.push_back(variant);
  return true;
}

ImageVariants::Seen& ImageVariants::Find(const std::string& original) {
  const absl::Duration now = clock_.Monotonic();
  auto found = young_.find(original);
  if (found == young_.end()) {
    if (young_.size() >= std::max<size_t>(options_.max_originals / 2, 1)) {
      old_ = std::exchange(young_, {});
    }
    Seen seen{.began = now, .variants = {}};
    if (const auto before = old_.find(original); before != old_.end()) {
      seen = std::move(before->second);
      old_.erase(before);
    }
    found = young_.emplace(original, std::move(seen)).first;
  }
  Seen& seen = found->second;
  if (now - seen.began >= options_.window) seen = {.began = now, .variants = {}};
  return seen;
}

}  // namespace marquee::gateway
