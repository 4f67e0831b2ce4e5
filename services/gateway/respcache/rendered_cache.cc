#include "services/gateway/respcache/rendered_cache.h"

#include <utility>

#include "services/gateway/async/await.h"
#include "services/gateway/http/etag.h"
#include "services/gateway/respcache/compress.h"
#include "services/gateway/respcache/edge_stats.h"

namespace marquee::gateway {
namespace {

std::string KeyOf(std::string_view name, Coding coding) {
  const std::string_view coded = CodingName(coding);
  std::string key;
  key.reserve(name.size() + 1 + coded.size());
  key.append(name).append(1, '\n').append(coded);
  return key;
}

}  // namespace

RenderedCache::RenderedCache(Options options, Deps deps)
    : options_(options),
      clock_(deps.clock),
      executor_(deps.executor),
      metrics_(deps.metrics, deps.clock, "response", "edge"),
      cache_(cache::ByteCacheOptions{.capacity_bytes = options.capacity_bytes,
                                     .expected_entry_bytes = 64UL * 1024,
                                     .keep_stale = absl::ZeroDuration(),
                                     .on_evict =
                                         [this](cache::EvictionCause cause, size_t entries) {
                                           metrics_.Evicted(
                                               cause == cache::EvictionCause::kAge ? "age" : "size",
                                               static_cast<double>(entries));
                                         }},
             deps.clock) {}

RenderedCache::~RenderedCache() = default;

std::optional<RenderedCache::Answer> RenderedCache::GetHeld(std::string_view key, Coding coding) {
  return Look(KeyOf(key, coding));
}

std::optional<RenderedCache::Answer> RenderedCache::Look(std::string_view full_key) {
  auto body = cache_.Get(full_key);
  if (body == nullptr) return std::nullopt;
  metrics_.Hit();
  const absl::Duration age = clock_.Monotonic() - body->made_at;
  return Answer{std::move(body), true, age};
}

asio::awaitable<RenderedCache::Answer> RenderedCache::Get(std::string key, Coding coding,
                                                          absl::Duration ttl, Render render) {
  key = KeyOf(key, coding);
  if (auto held = Look(key)) co_return *std::move(held);

  const auto fly = [this, coding, ttl, render](const std::shared_ptr<Flights::Flight>& flight) {
    const absl::Status submitted = executor_.Submit([this, coding, ttl, render, flight] {
      auto body = Make(render, coding);
      if (cache_.Put(flight->key(), body, body->bytes->size(), ttl)) {
        sets_.fetch_add(1, std::memory_order_relaxed);
      }
      UpdateSize();
      flight->Finish(std::move(body));
    });
    // The executor is too busy to compress: a plain body costs bandwidth, but waiting would delay
    // the display.
    if (!submitted.ok()) flight->Finish(Make(render, Coding::kIdentity));
  };
  std::function<void(std::function<void(Flights::Result)>)> start =
      [this, &key, &fly](const std::function<void(Flights::Result)>& done) {
        const auto joined = flights_.Join(key, done, fly);
        if (joined.started) {
          metrics_.Miss();
        } else {
          metrics_.Coalesced();
        }
      };
  const Flights::Result result = co_await AwaitCallback<Flights::Result>(std::move(start));
  // Rendering fails only if the executor drops the task while it drains.
  auto body = result.ok() ? *result : Make(render, Coding::kIdentity);
  co_return Answer{std::move(body)};
}

size_t RenderedCache::Clear() {
  const size_t gone =
      cache_.EraseIf([](std::string_view, const RenderedBody&) { return true; }).entries;
  deletes_.fetch_add(static_cast<int64_t>(gone), std::memory_order_relaxed);
  UpdateSize();
  return gone;
}

TierStats RenderedCache::stats() const {
  return EdgeStats("response", metrics_.totals(), cache_.stats(), cache_.capacity_bytes(), sets_,
                   deletes_);
}

std::shared_ptr<const RenderedBody> RenderedCache::Make(const Render& render, Coding coding) const {
  auto body = std::make_shared<RenderedBody>();
  std::string plain = render();
  std::string packed;
  if (coding != Coding::kIdentity && plain.size() > options_.compress_above_bytes) {
    packed = Compress(plain, coding);
  }
  if (!packed.empty() && packed.size() < plain.size()) {
    body->coding = coding;
    body->bytes = MakeBytes(std::move(packed));
  } else {
    body->bytes = MakeBytes(std::move(plain));
  }
  body->etag = EtagOf(*body->bytes);
  body->made_at = clock_.Monotonic();
  return body;
}

void RenderedCache::UpdateSize() {
  const auto stats = cache_.stats();
  metrics_.SetSize(static_cast<double>(stats.entries), static_cast<double>(stats.bytes));
}

}  // namespace marquee::gateway
