#include "services/gateway/routes/display/image.h"

#include <absl/time/time.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/address_key.h"
#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/routes/display/fallback_poster.h"

namespace marquee::gateway {
namespace {

using From = ImageCache::From;

// 0.15 s and 1 s are the service level objectives of warm and cold images (docs/metrics.md): a
// bucket must end there.
std::vector<double> Buckets() {
  return {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10};
}

obs::Counter Variants(obs::Metrics& metrics, const char* result) {
  return metrics.counter("marquee_gateway_image_variants_total",
                         "Image requests above the limit of one image or one address, by result.",
                         {{"result", result}});
}

// RFC 9211: one entry per cache, the one nearest to the origin first.
std::string CacheStatus(const ImageCache::Answer& answer) {
  if (answer.from == From::kEdge) return "marquee-edge; hit";
  const std::string edge_miss = std::string("marquee-edge; fwd=miss") +
                                (answer.coalesced ? "; coalesced" : "") +
                                (answer.stored ? "; stored" : "");
  switch (answer.from) {
    case From::kMemory:
      return "marquee-memory; hit, " + edge_miss;
    case From::kDisk:
      return "marquee-disk; hit, " + edge_miss;
    case From::kShared:
      return "marquee-shared; hit, " + edge_miss;
    case From::kStale:
      if (answer.revalidating) return "marquee-edge; hit; detail=stale-while-revalidate";
      return answer.past_freshness ? "marquee-edge; hit; detail=stale-if-error"
                                   : "marquee-memory; hit; detail=stale-if-error, " + edge_miss;
    case From::kEdge:
    case From::kOrigin:
      break;
  }
  return "marquee-memory; fwd=miss, " + edge_miss;
}

}  // namespace

ImageRoute::Series ImageRoute::SeriesOf(obs::Metrics& metrics, std::string_view from) {
  const obs::Labels labels{{"from", std::string(from)}};
  return {.served = metrics.counter(
              "marquee_gateway_images_served_total",
              "Images served to displays, by the tier or origin that served them.", labels),
          .seconds = metrics.histogram(
              "marquee_gateway_image_seconds",
              "Time until the response to an image request was ready, by the tier or origin.",
              labels, Buckets())};
}

void ImageRoute::Count(const Series& series, absl::Duration start) const {
  series.served.Add();
  series.seconds.Observe(absl::ToDoubleSeconds(deps_.clock.Monotonic() - start));
}

ImageRoute::ImageRoute(Deps deps)
    : deps_(deps),
      variants_({}, deps.clock),
      cold_({.burst = deps.cold_per_minute, .refill = absl::Minutes(1)}, deps.clock),
      fallback_(SeriesOf(deps.metrics, "fallback")),
      refused_(SeriesOf(deps.metrics, "refused")),
      rounded_(Variants(deps.metrics, "rounded")),
      limited_(Variants(deps.metrics, "limited")) {
  for (const From from :
       {From::kEdge, From::kMemory, From::kDisk, From::kShared, From::kOrigin, From::kStale}) {
    served_.emplace(from, SeriesOf(deps.metrics, ImageFromName(from)));
  }
}

void ImageRoute::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/image",
      [this](RequestPtr request, const std::string&) { return Answer(std::move(request)); },
      InstallCookie::kNever);
  router.Add(
      Method::kGet, kFallbackPosterPath,
      [](RequestPtr, std::string) -> asio::awaitable<Response> { co_return FallbackPoster(); },
      InstallCookie::kNever);
}

asio::awaitable<Response> ImageRoute::Answer(RequestPtr request) {
  const absl::Duration start = deps_.clock.Monotonic();
  std::vector<FieldError> errors;
  const std::string accept = request->headers.Combined("Accept");
  ImageRequest asked = ParseImageQuery(request->query, accept, deps_.formats, errors);
  if (!errors.empty()) {
    co_return ValidationError("Invalid image parameters", errors, deps_.clock.Now());
  }
  if (!deps_.signer.Accepts(request->query, deps_.clock.Now())) {
    // Like an invalid parameter or a rate limit, not a failure of ours: not counted as refused.
    co_return JsonError(403, "forbidden",
                        "the signature of this image URL is missing, invalid or expired");
  }
  // Checked before the client is watched, which costs more than the rest of a cache hit.
  if (const auto held = deps_.cache.GetHeld(asked)) co_return Found(asked, *held, start);
  if (auto limited = Limit(*request, asked)) co_return *std::move(limited);
  if (const auto held = deps_.cache.GetHeld(asked)) co_return Found(asked, *held, start);
  auto answer = co_await deps_.cache.Get(asked, request->WatchClient());
  if (!answer.ok()) co_return Refusal(answer.status(), start);
  // Images from a cache tier and coalesced requests do not count.
  if (cold_.limited() && answer->from == From::kOrigin && !answer->coalesced) {
    cold_.Take(base::AddressKey(request->remote_ip));
  }
  co_return Found(asked, *answer, start);
}

std::optional<Response> ImageRoute::Limit(const Request& request, ImageRequest& asked) {
  if (cold_.limited()) {
    if (const LimitVerdict verdict = cold_.Peek(base::AddressKey(request.remote_ip));
        !verdict.allowed) {
      limited_.Add();
      return TooManyRequests(verdict, request, deps_.clock.Now());
    }
  }
  const std::string before = asked.Key();
  // A signed size is one that a playlist contains, so that its number is bounded.
  if (deps_.signer.SignsSize(request.query)) return std::nullopt;
  if (!variants_.Admit(asked, request.remote_ip)) {
    limited_.Add();
    return TooManyRequests(
        {.allowed = false, .limit = 32, .reset_seconds = 60, .window_seconds = 60}, request,
        deps_.clock.Now());
  }
  if (asked.Key() != before) rounded_.Add();
  return std::nullopt;
}

Response ImageRoute::Found(const ImageRequest& asked, const ImageCache::Answer& answer,
                           absl::Duration start) {
  Count(served_.at(answer.from), start);
  const Image& image = *answer.image;
  Response response = Response::Shared(200, image.content_type, image.bytes);
  response.headers.Add("ETag", image.etag);
  if (!image.last_modified.empty()) response.headers.Add("Last-Modified", image.last_modified);
  if (answer.from == From::kStale) {
    // Served stale now; displays should request it again soon.
    response.headers.Add("Cache-Control", "public, max-age=60");
  } else if (!asked.artwork_version.empty()) {
    response.headers.Add("Cache-Control", "public, max-age=31536000, immutable");
  } else {
    // Fresh for a day; for a week more the old image is better than an error (RFC 5861).
    response.headers.Add(
        "Cache-Control",
        "public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800");
  }
  // Only for images without a version in their URL: the age of an immutable image is meaningless,
  // and could make a cache treat the freshness of a year as used up.
  if (answer.from == From::kEdge && asked.artwork_version.empty()) AddAge(answer.age, response);
  if (asked.negotiated) response.headers.Add("Vary", "Accept");
  response.headers.Add("X-Cache", answer.from == From::kOrigin ? "MISS" : "HIT");
  response.headers.Add("Cache-Status", CacheStatus(answer));
  return response;
}

Response ImageRoute::Refusal(const absl::Status& status, absl::Duration start) {
  switch (ClassifyImageFailure(status)) {
    case ImageFailure::kMalformed: {
      const std::vector<FieldError> details{{"url", std::string(base::MessageOf(status))}};
      return ValidationError("Invalid image parameters", details, deps_.clock.Now());
    }
    case ImageFailure::kNoImage: {
      Count(fallback_, start);
      Response response = Response::Redirect(302, kFallbackPosterPath);
      response.headers.Add("Cache-Control", "no-store");
      response.headers.Add("X-Cache", "MISS");
      return response;
    }
    case ImageFailure::kOverload:
      break;
  }
  Count(refused_, start);
  const int64_t wait = absl::ToInt64Seconds(rpc::RetryAfterOf(status));
  Response response = ServiceUnavailable("Image temporarily unavailable",
                                         static_cast<int>(std::clamp<int64_t>(wait, 2, 60)));
  response.headers.Add("X-Cache", "MISS");
  return response;
}

}  // namespace marquee::gateway
