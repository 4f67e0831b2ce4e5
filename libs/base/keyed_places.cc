#include "libs/base/keyed_places.h"

#include <unordered_map>
#include <utility>

#include "libs/base/address_key.h"
#include "libs/base/mutex.h"
#include "libs/base/strings.h"

namespace marquee::base {

struct KeyedPlaces::State {
  Mutex mutex;
  std::unordered_map<std::string, size_t, StringHash, StringEq> taken MARQUEE_GUARDED_BY(mutex);
};

KeyedPlaces::KeyedPlaces(size_t per_key) : per_key_(per_key), state_(std::make_shared<State>()) {}

KeyedPlaces::Place KeyedPlaces::Take(std::string_view key) {
  // Made before the count, so that a failed allocation loses no place.
  auto held = std::make_unique<std::string>(key);
  {
    const MutexLock lock(state_->mutex);
    auto it = state_->taken.find(key);
    if (it == state_->taken.end()) it = state_->taken.emplace(*held, 0).first;
    if (per_key_ > 0 && it->second >= per_key_) return nullptr;
    ++it->second;
  }
  const auto give_back = [state = state_](const std::string* name) {
    const std::unique_ptr<const std::string> owned(name);
    const MutexLock lock(state->mutex);
    const auto it = state->taken.find(*owned);
    if (--it->second == 0) state->taken.erase(it);
  };
  return Place(std::shared_ptr<std::string>(held.release(), give_back));
}

KeyedPlaces::Place AddressPlaces::Take(std::string_view address) {
  const std::string network = AddressKey(address, kHostBits);
  const std::string site = AddressKey(address, kSiteBits);
  KeyedPlaces::Place place = networks_.Take(network);
  if (place == nullptr || site == network) return place;
  KeyedPlaces::Place of_site = sites_.Take(site);
  if (of_site == nullptr) return nullptr;
  using Both = std::pair<KeyedPlaces::Place, KeyedPlaces::Place>;
  return std::make_shared<Both>(std::move(place), std::move(of_site));
}

}  // namespace marquee::base
