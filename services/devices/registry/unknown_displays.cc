#include "services/devices/registry/unknown_displays.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "services/devices/model/ids.h"

namespace marquee::devices {
namespace {

constexpr size_t kShortestSecret = 32;
constexpr size_t kLongestSecret = 128;
constexpr size_t kKeyDigits = 12;

// An IPv6 sender can choose the lower 64 bits freely, so only the first 64 bits count.
std::string SenderOf(const std::string& address) {
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return address;
  constexpr size_t kPrefixBytes = 8;
  return {reinterpret_cast<const char*>(v6.s6_addr), kPrefixBytes};
}

}  // namespace

std::string UnknownDisplay::key() const {
  const std::string digits = secret_hash.substr(secret_hash.find(':') + 1).substr(0, kKeyDigits);
  return fmt::format("{}:{}", device_id, digits);
}

UnknownDisplays::UnknownDisplays(const base::Clock& clock, obs::Metrics& metrics)
    : clock_(clock),
      count_(metrics.gauge("marquee_unknown_displays",
                           "Unknown displays that can be adopted or rejected.")) {}

bool UnknownDisplays::CanBeListed(std::string_view device_id, std::string_view secret) {
  return IsUuid(device_id) && secret.size() >= kShortestSecret && secret.size() <= kLongestSecret;
}

void UnknownDisplays::Note(UnknownDisplay display) {
  const absl::Time now = clock_.Now();
  const base::MutexLock lock(mutex_);
  const auto known = entries_.find({display.device_id, display.secret_hash});
  display.first_seen_at = known != entries_.end() ? known->second.first_seen_at : now;
  display.last_seen_at = now;
  if (known != entries_.end()) {
    // A heartbeat contains the identity, a socket's hello does not.
    if (display.identity.install_id.empty()) {
      display.identity.install_id = known->second.identity.install_id;
    }
    if (display.identity.hardware_id.empty()) {
      display.identity.hardware_id = known->second.identity.hardware_id;
    }
    if (display.address.empty()) display.address = known->second.address;
    known->second = std::move(display);
    return;
  }
  if (entries_.size() >= kMost) DropOne();
  std::pair key(display.device_id, display.secret_hash);
  entries_.emplace(std::move(key), std::move(display));
  count_.Set(static_cast<double>(entries_.size()));
}

void UnknownDisplays::DropOne() {
  std::map<std::string, size_t> by_sender;
  for (const auto& [key, entry] : entries_) ++by_sender[SenderOf(entry.address)];
  const auto busiest =
      std::ranges::max_element(by_sender, {}, [](const auto& sender) { return sender.second; });
  auto oldest = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (SenderOf(entry->second.address) != busiest->first) continue;
    if (oldest == entries_.end() || entry->second.last_seen_at < oldest->second.last_seen_at) {
      oldest = entry;
    }
  }
  entries_.erase(oldest);
}

std::vector<UnknownDisplay> UnknownDisplays::List() const {
  std::vector<UnknownDisplay> list;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& [key, entry] : entries_) list.push_back(entry);
  }
  std::ranges::stable_sort(list, {}, &UnknownDisplay::first_seen_at);
  return list;
}

std::optional<UnknownDisplay> UnknownDisplays::Find(std::string_view name, bool& ambiguous) const {
  ambiguous = false;
  const std::string device_id(name.substr(0, name.find(':')));
  std::optional<UnknownDisplay> found;
  const base::MutexLock lock(mutex_);
  for (auto entry = entries_.lower_bound({device_id, ""});
       entry != entries_.end() && entry->first.first == device_id; ++entry) {
    if (name.size() > device_id.size() && entry->second.key() != name) continue;
    if (found) ambiguous = true;
    found = entry->second;
  }
  return ambiguous ? std::nullopt : found;
}

void UnknownDisplays::Forget(std::string_view device_id) {
  const base::MutexLock lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return entry.first.first == device_id; });
  count_.Set(static_cast<double>(entries_.size()));
}

}  // namespace marquee::devices
