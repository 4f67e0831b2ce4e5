// GET /image: a picture, cut for the screen that asks, and what stands in when there is none. Where
// addresses are signed, others are 403.
#pragma once

#include <map>
#include <optional>

#include "libs/base/clock.h"
#include "libs/obs/logger.h"
#include "libs/obs/metrics.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/http/message.h"
#include "services/gateway/limits/keyed_buckets.h"
#include "services/gateway/respcache/image_cache.h"
#include "services/gateway/routes/core/router.h"
#include "services/gateway/routes/display/image_query.h"
#include "services/gateway/routes/display/image_variants.h"

namespace marquee::gateway {

// Metric: marquee_gateway_images_served_total{from}, the whole way of a picture as displays saw it;
// marquee_gateway_image_variants_total{result}: rounded, limited.
// from: edge, memory, disk, shared, origin, stale, fallback, refused.
class ImageRoute {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    ImageCache& cache;
    const ImageUrlSigner& signer;
    ImageFormats formats = {};
    // Pictures that had to be made for one address (of IPv6 for one /64); 0: no limit.
    int cold_per_minute = 600;
  };

  explicit ImageRoute(Deps deps);
  // /image and /fallback-poster.png
  void AddTo(Router& router);

 private:
  asio::awaitable<Response> Answer(RequestPtr request);
  Response Found(const ImageRequest& asked, const ImageCache::Answer& answer);
  // nullopt: the answer may be made. `asked` is perhaps rounded (image_variants.h).
  std::optional<Response> Limit(const Request& request, ImageRequest& asked);
  // A display needs a picture where there is none, and an error where another try may help.
  Response Refusal(const absl::Status& status);

  const Deps deps_;
  ImageVariants variants_;
  KeyedBuckets cold_;
  std::map<ImageCache::From, obs::Counter> served_;
  const obs::Counter fallback_;
  const obs::Counter refused_;
  const obs::Counter rounded_;
  const obs::Counter limited_;
};

}  // namespace marquee::gateway
