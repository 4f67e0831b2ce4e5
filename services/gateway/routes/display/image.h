// GET /image: an image in the size that the display requests, or a redirect to the fallback image.
// If signing is enabled, unsigned URLs get 403.
#pragma once

#include <map>
#include <optional>
#include <string_view>

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

// Metrics: marquee_gateway_images_served_total{from}, where each image came from, as displays saw
// it (edge, memory, disk, shared, origin, stale, fallback, refused: overload or a service that is
// away; requests rejected with 400, 403 or 429 are not counted), and
// marquee_gateway_image_seconds{from}, the time until each of these responses was ready;
// marquee_gateway_image_variants_total{result}: rounded, limited.
class ImageRoute {
 public:
  struct Deps {
    const base::Clock& clock;
    obs::Metrics& metrics;
    ImageCache& cache;
    const ImageUrlSigner& signer;
    ImageFormats formats = {};
    // Cold images (not in any cache tier) per minute per address (IPv6: per /64 network); 0: no
    // limit.
    int cold_per_minute = 600;
  };

  explicit ImageRoute(Deps deps);
  // Adds /image and /fallback-poster.png.
  void AddTo(Router& router);

 private:
  struct Series {
    obs::Counter served;
    obs::Histogram seconds;
  };
  static Series SeriesOf(obs::Metrics& metrics, std::string_view from);
  // start: monotonic time at which the request came.
  void Count(const Series& series, absl::Duration start) const;

  asio::awaitable<Response> Answer(RequestPtr request);
  Response Found(const ImageRequest& asked, const ImageCache::Answer& answer, absl::Duration start);
  // nullopt: the request is allowed. The size in `asked` may have been rounded (image_variants.h).
  std::optional<Response> Limit(const Request& request, ImageRequest& asked);
  // The fallback image if there is no image, or an error if a retry may help.
  Response Refusal(const absl::Status& status, absl::Duration start);

  const Deps deps_;
  ImageVariants variants_;
  KeyedBuckets cold_;
  std::map<ImageCache::From, Series> served_;
  const Series fallback_;
  const Series refused_;
  const obs::Counter rounded_;
  const obs::Counter limited_;
};

}  // namespace marquee::gateway
