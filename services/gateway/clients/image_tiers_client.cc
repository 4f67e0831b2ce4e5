#include "services/gateway/clients/image_tiers_client.h"

#include <string>
#include <utility>

#include "services/gateway/clients/unary.h"

namespace marquee::gateway {

namespace asio = boost::asio;
namespace pb = marquee::imageproc::v1;

namespace {

std::string TierName(pb::Tier tier) {
  switch (tier) {
    case pb::TIER_MEMORY:
      return "memory";
    case pb::TIER_DISK:
      return "disk";
    case pb::TIER_SHARED:
      return "shared";
    default:
      return "origin";
  }
}

TierStats ToTierStats(const pb::TierStats& from) {
  TierStats stats;
  stats.cache = "image";
  stats.tier = TierName(from.tier());
  stats.hits = from.hits();
  stats.misses = from.misses();
  stats.stale = from.stale_hits();
  stats.coalesced = from.coalesced();
  stats.sets = from.inserts();
  stats.rejected = from.rejected();
  stats.evictions.insert(from.evictions().begin(), from.evictions().end());
  if (const auto purged = stats.evictions.find("purge"); purged != stats.evictions.end()) {
    stats.deletes = purged->second;
  }
  stats.entries = from.entries();
  stats.bytes = from.bytes();
  stats.max_bytes = from.max_bytes();
  stats.oldest_age = absl::Seconds(from.oldest_age().seconds());
  stats.hit_ratio = from.hit_ratio();
  stats.hit_ratio_last_minute = from.hit_ratio_last_minute();
  stats.healthy = from.healthy();
  for (const auto& point : from.ghost_curve()) {
    stats.ghost_curve.emplace_back(point.size_factor(), point.hit_ratio());
  }
  stats.recommendations.assign(from.recommendations().begin(), from.recommendations().end());
  return stats;
}

}  // namespace

ImageTiersClient::ImageTiersClient(Options options, Deps deps)
    : options_(options), deps_(std::move(deps)), stub_(pb::ImageService::NewStub(deps_.channel)) {}

ImageTiersClient::~ImageTiersClient() = default;

asio::awaitable<absl::StatusOr<std::vector<TierStats>>> ImageTiersClient::Stats() {
  auto start = AsyncMethod(stub_->async(), &pb::ImageService::Stub::async::GetCacheStats);
  pb::GetCacheStatsRequest request;
  const auto answer = co_await ReadUnary<pb::GetCacheStatsRequest, pb::GetCacheStatsResponse>(
      deps_.retries, in_flight_, deps_.clock, options_.deadline, std::move(request),
      std::move(start));
  if (!answer.ok()) co_return answer.status();
  std::vector<TierStats> tiers;
  for (const pb::TierStats& tier : answer->tiers()) tiers.push_back(ToTierStats(tier));
  co_return tiers;
}

asio::awaitable<absl::StatusOr<Purged>> ImageTiersClient::PurgeAll() {
  auto start = AsyncMethod(stub_->async(), &pb::ImageService::Stub::async::PurgeImages);
  pb::PurgeImagesRequest request;
  request.set_all(true);
  const auto answer = co_await CallUnary<pb::PurgeImagesRequest, pb::PurgeImagesResponse>(
      in_flight_, deps_.clock, options_.purge_deadline, std::move(request), std::move(start));
  if (!answer.ok()) co_return answer.status();
  const Purged purged{answer->entries(), answer->bytes()};
  co_return purged;
}

}  // namespace marquee::gateway
