#include "services/gateway/limits/request_limits.h"

#include <string>

#include "libs/base/address_key.h"

namespace marquee::gateway {
namespace {

constexpr int kBurstSeconds = 10;
constexpr int kSiteFactor = 16;
// Displays: the share of an address is large already.
constexpr int kDisplaySiteFactor = 4;

obs::Counter Limited(obs::Metrics& metrics, const std::string& name) {
  return metrics.counter("marquee_http_limited_total", "Requests rejected by a rate limit.",
                         {{"class", name}});
}

KeyedBuckets::Options PerSecond(int requests) {
  return {.burst = requests * kBurstSeconds, .refill = absl::Seconds(kBurstSeconds)};
}

KeyedBuckets::Options Per(int requests, absl::Duration window) {
  return {.burst = requests, .refill = window};
}

std::string DeviceOf(const Request& request) {
  if (const std::string_view id = request.header("X-Device-Id"); !id.empty()) {
    return std::string(id.substr(0, 128));
  }
  return request.Cookie("pr_iid").value_or("").substr(0, 128);
}

// The account or token of the request, so that two tokens behind one address have separate limits.
std::string CallerOf(const Request& request) {
  if (request.principal == nullptr) return base::AddressKey(request.remote_ip);
  return request.principal->account_id + '\n' + request.principal->name;
}

}  // namespace

RequestLimits::RequestLimits(const Options& options, const base::Clock& clock,
                             obs::Metrics& metrics)
    : display_(PerSecond(options.display_per_second), clock),
      display_sites_(PerSecond(options.display_per_second * kDisplaySiteFactor), clock),
      device_(PerSecond(options.device_per_second), clock),
      api_(Per(options.api_per_minute, absl::Minutes(1)), clock),
      api_sites_(Per(options.api_per_minute * kSiteFactor, absl::Minutes(1)), clock),
      admin_(Per(options.admin_per_minute, absl::Minutes(1)), clock),
      logins_(Per(options.failures_per_15_minutes, absl::Minutes(15)), clock),
      login_sites_(Per(options.failures_per_15_minutes * kSiteFactor, absl::Minutes(15)), clock),
      wrong_tokens_(Per(options.failures_per_15_minutes, absl::Minutes(15)), clock),
      display_limited_(Limited(metrics, "display")),
      api_limited_(Limited(metrics, "api")),
      admin_limited_(Limited(metrics, "admin")),
      failures_limited_(Limited(metrics, "auth")) {}

std::optional<LimitVerdict> RequestLimits::Count(LimitClass limit, const Request& request) {
  const auto count = [](KeyedBuckets& buckets, std::string_view key,
                        const obs::Counter& limited) -> std::optional<LimitVerdict> {
    if (!buckets.limited()) return std::nullopt;
    const LimitVerdict verdict = buckets.Take(key);
    if (!verdict.allowed) limited.Add();
    return verdict;
  };
  if (limit == LimitClass::kNone) return std::nullopt;
  const std::string address = base::AddressKey(request.remote_ip);
  switch (limit) {
    case LimitClass::kNone:
      break;
    case LimitClass::kDisplay: {
      // The device's own limit comes first: requests above it must not count towards the address
      // that other devices share.
      if (device_.limited()) {
        if (const std::string device = DeviceOf(request); !device.empty()) {
          const auto own = count(device_, address + '\n' + device, display_limited_);
          if (!own->allowed) return own;
        }
      }
      const auto own = count(display_, address, display_limited_);
      // Of IPv4 there are no sites.
      if (!own || !own->allowed || address.find(':') == std::string::npos) return own;
      const auto site = count(display_sites_, base::AddressKey(request.remote_ip, base::kSiteBits),
                              display_limited_);
      return site->allowed ? own : site;
    }
    case LimitClass::kApi: {
      const auto own = count(api_, address, api_limited_);
      if (!own || !own->allowed) return own;
      const auto site =
          count(api_sites_, base::AddressKey(request.remote_ip, base::kSiteBits), api_limited_);
      return site->allowed ? own : site;
    }
    case LimitClass::kAdmin:
      return count(admin_, CallerOf(request), admin_limited_);
  }
  return std::nullopt;
}

std::optional<LimitVerdict> RequestLimits::BeginAttempt(std::string_view address) {
  if (!logins_.limited()) return std::nullopt;
  const std::string host = base::AddressKey(address);
  LimitVerdict verdict = logins_.Take(host);
  if (verdict.allowed) {
    verdict = login_sites_.Take(base::AddressKey(address, base::kSiteBits));
    if (verdict.allowed) return std::nullopt;
    logins_.Return(host);
  }
  failures_limited_.Add();
  return verdict;
}

void RequestLimits::ForgiveAttempt(std::string_view address) {
  if (!logins_.limited()) return;
  logins_.Return(base::AddressKey(address));
  login_sites_.Return(base::AddressKey(address, base::kSiteBits));
}

std::optional<LimitVerdict> RequestLimits::CountWrongToken(std::string_view address) {
  if (!wrong_tokens_.limited()) return std::nullopt;
  const LimitVerdict verdict = wrong_tokens_.Take(base::AddressKey(address));
  if (verdict.allowed) return std::nullopt;
  failures_limited_.Add();
  return verdict;
}

}  // namespace marquee::gateway
