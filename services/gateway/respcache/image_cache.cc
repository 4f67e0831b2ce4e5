#include "services/gateway/respcache/image_cache.h"

#include <functional>
#include <optional>
#include <utility>

#include "services/gateway/async/await.h"
#include "services/gateway/respcache/edge_stats.h"

namespace marquee::gateway {
namespace {

ImageCache::From FromOf(const Image& image) {
  if (image.stale) return ImageCache::From::kStale;
  switch (image.tier) {
    case ServedFrom::kMemory:
      return ImageCache::From::kMemory;
    case ServedFrom::kDisk:
      return ImageCache::From::kDisk;
    case ServedFrom::kShared:
      return ImageCache::From::kShared;
    case ServedFrom::kOrigin:
    case ServedFrom::kUnknown:
      break;
  }
  return ImageCache::From::kOrigin;
}

}  // namespace

std::string_view ImageFromName(ImageCache::From from) {
  switch (from) {
    case ImageCache::From::kEdge:
      return "edge";
    case ImageCache::From::kMemory:
      return "memory";
    case ImageCache::From::kDisk:
      return "disk";
    case ImageCache::From::kShared:
      return "shared";
    case ImageCache::From::kOrigin:
      return "origin";
    case ImageCache::From::kStale:
      return "stale";
  }
  return "origin";
}

ImageCache::ImageCache(Options options, Deps deps)
    : options_(options),
      clock_(deps.clock),
      images_(deps.images),
      metrics_(deps.metrics, deps.clock, "image", "edge"),
      cache_(cache::ByteCacheOptions{.capacity_bytes = options.capacity_bytes,
                                     .expected_entry_bytes = 64UL * 1024,
                                     .keep_stale = options.keep_stale,
                                     .on_evict =
                                         [this](cache::EvictionCause cause, size_t entries) {
                                           metrics_.Evicted(
                                               cause == cache::EvictionCause::kAge ? "age" : "size",
                                               static_cast<double>(entries));
                                         }},
             deps.clock) {}

ImageCache::~ImageCache() = default;

std::optional<ImageCache::Answer> ImageCache::GetHeld(const ImageRequest& request) {
  return Look(request.Key());
}

std::optional<ImageCache::Answer> ImageCache::Look(const std::string& key) {
  const auto held = cache_.Get(key);
  if (held == nullptr) return std::nullopt;
  metrics_.Hit();
  return FromEdge(*held);
}

asio::awaitable<absl::StatusOr<ImageCache::Answer>> ImageCache::Get(ImageRequest request,
                                                                    std::stop_token stop) {
  const std::string key = request.Key();
  if (const auto fresh = Look(key)) co_return *fresh;
  if (const auto held = cache_.Find(key).value) {
    Answer answer = FromEdge(*held);
    if (answer.age < options_.revalidate_after + options_.stale_while_revalidate) {
      metrics_.Stale();
      // No request waits for this fetch, so none can cancel it.
      flights_.Join(
          key, [](const Flights::Result&) {},
          [this, &request](const std::shared_ptr<Flights::Flight>& f) { Fly(request, f); });
      answer.from = From::kStale;
      answer.past_freshness = answer.revalidating = true;
      co_return answer;
    }
  }

  bool started = false;
  // Registered for as long as the request waits; the first of result and cancellation completes it.
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
  std::function<void(std::function<void(Flights::Result)>)> start =
      [this, &key, &request, &stop, &started,
       &on_stop](const std::function<void(Flights::Result)>& done) {
        const auto joined = flights_.Join(
            key, done,
            [this, &request](const std::shared_ptr<Flights::Flight>& f) { Fly(request, f); });
        started = joined.started;
        if (stop.stop_possible()) {
          on_stop.emplace(stop, [waiter = joined.waiter, done] {
            if (waiter->Leave()) done(absl::CancelledError("the display closed the connection"));
          });
        }
      };
  const Flights::Result result = co_await AwaitCallback<Flights::Result>(std::move(start));
  on_stop.reset();

  const bool stale = result.ok() && (*result)->past_freshness;
  if (stale) {
    metrics_.Stale();
  } else if (started) {
    metrics_.Miss();
  } else {
    metrics_.Coalesced();
  }
  if (!result.ok()) co_return result.status();
  Answer answer = **result;
  answer.coalesced = !started;
  co_return answer;
}

void ImageCache::Fly(const ImageRequest& request, const std::shared_ptr<Flights::Flight>& flight) {
  if (flights_.size() > options_.max_flights) {
    flight->Finish(absl::ResourceExhaustedError("too many images are being fetched"));
    return;
  }
  // An entry past its freshness may still be valid; then the image service returns no bytes.
  const auto held = cache_.Find(flight->key());
  images_.Get(request, held.value ? held.value->image->etag : std::string(), flight->stop_token(),
              [this, request, flight](absl::StatusOr<Image> fetched) {
                flight->Finish(Land(flight->key(), request, std::move(fetched)));
              });
}

ImageCache::Flights::Result ImageCache::Land(const std::string& key, const ImageRequest& request,
                                             absl::StatusOr<Image> fetched) {
  auto answer = std::make_shared<Answer>();
  if (fetched.ok() && fetched->not_modified) {
    const auto held = cache_.Find(key);
    if (held.value != nullptr) {
      answer->image = held.value->image;
      answer->from = From::kEdge;
      answer->stored = Store(key, request, held.value->image);
      return answer;
    }
    return absl::UnavailableError("the image was evicted while it was being revalidated");
  }
  if (fetched.ok()) {
    answer->from = FromOf(*fetched);
    answer->image = std::make_shared<const Image>(*std::move(fetched));
    answer->stored = !answer->image->stale && Store(key, request, answer->image);
    return answer;
  }
  if (ClassifyImageFailure(fetched.status()) != ImageFailure::kMalformed) {
    if (const auto held = cache_.Find(key); held.value != nullptr) {
      *answer = FromEdge(*held.value);
      answer->from = From::kStale;
      answer->past_freshness = true;
      return answer;
    }
  }
  return fetched.status();
}

bool ImageCache::Store(const std::string& key, const ImageRequest& request,
                       std::shared_ptr<const Image> image) {
  const size_t bytes = image->bytes ? image->bytes->size() : 0;
  if (bytes > options_.max_entry_bytes) return false;
  const absl::Duration ttl =
      request.artwork_version.empty() ? options_.revalidate_after : absl::InfiniteDuration();
  auto held = std::make_shared<const Held>(Held{std::move(image), clock_.Monotonic(), ttl});
  const bool stored = cache_.Put(key, std::move(held), bytes, ttl);
  if (stored) sets_.fetch_add(1, std::memory_order_relaxed);
  UpdateSize();
  return stored;
}

ImageCache::Answer ImageCache::FromEdge(const Held& held) const {
  return {.image = held.image,
          .from = From::kEdge,
          .stored = true,
          .age = clock_.Monotonic() - held.good_at};
}

TierStats ImageCache::stats() const {
  return EdgeStats("image", metrics_.totals(), cache_.stats(), cache_.capacity_bytes(), sets_,
                   deletes_);
}

size_t ImageCache::Clear() {
  return Drop([](const Held&) { return true; });
}

size_t ImageCache::DropStale() {
  return Drop([now = clock_.Monotonic()](const Held& held) {
    return now - held.good_at >= held.fresh_for;
  });
}

size_t ImageCache::Drop(const std::function<bool(const Held&)>& doomed) {
  const size_t gone =
      cache_.EraseIf([&doomed](std::string_view, const Held& held) { return doomed(held); })
          .entries;
  deletes_.fetch_add(static_cast<int64_t>(gone), std::memory_order_relaxed);
  metrics_.Evicted("purge", static_cast<double>(gone));
  UpdateSize();
  return gone;
}

void ImageCache::UpdateSize() {
  const auto stats = cache_.stats();
  metrics_.SetSize(static_cast<double>(stats.entries), static_cast<double>(stats.bytes));
}

}  // namespace marquee::gateway
