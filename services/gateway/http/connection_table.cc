#include "services/gateway/http/connection_table.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "libs/base/address_key.h"
#include "libs/base/mutex.h"

namespace marquee::gateway {
namespace {

// Connections of one client that are looked at for one that waits. With more that are all being
// answered, the client is using them, or holds them open by reading slowly.
constexpr int kLookedAt = 64;

// Names by count, to find the one with most.
using Ranking = std::set<std::pair<size_t, std::string>>;

void Rank(Ranking& ranking, const std::string& name, size_t from, size_t to) {
  if (from > 0) ranking.erase({from, name});
  if (to > 0) ranking.emplace(to, name);
}

using Places = std::list<ConnectionPlace*>;  // the oldest first

struct Site {
  size_t count = 0;
  std::unordered_map<std::string, Places> networks;
  Ranking ranking;  // of the networks
};

}  // namespace

void ConnectionPlace::OnEvict(std::function<void()> close) {
  close_ = std::move(close);
  if (evicted_) close_();
}

void ConnectionPlace::Evict() {
  evicted_ = true;
  if (close_) close_();
}

class ConnectionTable::Entry final : public ConnectionPlace {
 public:
  Entry(std::shared_ptr<State> state, size_t thread, std::string_view address)
      : ConnectionPlace(thread),
        state_(std::move(state)),
        site_(base::AddressKey(address, base::kSiteBits)),
        network_(base::AddressKey(address, base::kHostBits)) {}
  ~Entry() override;
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  void Pin() override;
  bool waits() const { return !serving(); }

 private:
  friend class State;

  const std::shared_ptr<State> state_;
  const std::string site_;
  const std::string network_;
  // Guarded by the mutex of the state.
  bool counted_ = false;  // holds a place
  bool listed_ = false;   // may be closed for others
  bool leaving_ = false;  // is being closed for another
  Places::iterator position_;
};

class ConnectionTable::State {
 public:
  explicit State(Options options)
      : max_(options.max_connections),
        reserved_(std::min(options.reserved, options.max_connections / 2)) {}

  // false: refused. Sets `evicted` if a connection is to be closed for this one.
  bool Add(Entry& entry, Client client, std::shared_ptr<ConnectionPlace>& evicted) {
    const base::MutexLock lock(mutex_);
    const size_t usable = client == Client::kReserved ? max_ : max_ - reserved_;
    if (open_ >= max_ + kMaxLeaving) return false;
    if (open_ - leaving_ >= usable) {
      evicted = Choose(entry);
      if (evicted == nullptr) return false;
      Unlist(static_cast<Entry&>(*evicted));
      static_cast<Entry&>(*evicted).leaving_ = true;
      ++leaving_;
    }
    ++open_;
    entry.counted_ = true;
    if (client != Client::kShared) List(entry);
    return true;
  }

  void Pin(Entry& entry) {
    const base::MutexLock lock(mutex_);
    Unlist(entry);
  }

  void Remove(Entry& entry) {
    const base::MutexLock lock(mutex_);
    Unlist(entry);
    if (entry.leaving_) --leaving_;
    --open_;
  }

  size_t open() const {
    const base::MutexLock lock(mutex_);
    return open_;
  }

 private:
  void List(Entry& entry) MARQUEE_REQUIRES(mutex_) {
    Site& site = sites_[entry.site_];
    Places& places = site.networks[entry.network_];
    entry.position_ = places.insert(places.end(), &entry);
    entry.listed_ = true;
    Rank(site.ranking, entry.network_, places.size() - 1, places.size());
    Rank(ranking_, entry.site_, site.count, site.count + 1);
    ++site.count;
  }

  void Unlist(Entry& entry) MARQUEE_REQUIRES(mutex_) {
    if (!std::exchange(entry.listed_, false)) return;
    const auto site = sites_.find(entry.site_);
    const auto network = site->second.networks.find(entry.network_);
    Places& places = network->second;
    places.erase(entry.position_);
    Rank(site->second.ranking, entry.network_, places.size() + 1, places.size());
    Rank(ranking_, entry.site_, site->second.count, site->second.count - 1);
    if (places.empty()) site->second.networks.erase(network);
    if (--site->second.count == 0) sites_.erase(site);
  }

  // Null: no connection may be closed for `entry`, which is not listed yet.
  std::shared_ptr<ConnectionPlace> Choose(const Entry& entry) MARQUEE_REQUIRES(mutex_) {
    if (ranking_.empty()) return nullptr;
    const auto own = sites_.find(entry.site_);
    const size_t own_count = own == sites_.end() ? 0 : own->second.count;
    const auto& [most, name] = *ranking_.rbegin();
    if (most >= own_count + 2 && name != entry.site_) {
      const Site& site = sites_.find(name)->second;
      return ChooseIn(site.networks.find(site.ranking.rbegin()->second)->second, false);
    }
    if (own == sites_.end()) return nullptr;
    const auto network = own->second.networks.find(entry.network_);
    const size_t own_places = network == own->second.networks.end() ? 0 : network->second.size();
    const auto& [most_places, largest] = *own->second.ranking.rbegin();
    if (most_places >= own_places + 2 && largest != entry.network_) {
      return ChooseIn(own->second.networks.find(largest)->second, false);
    }
    return own_places == 0 ? nullptr : ChooseIn(network->second, true);
  }

  // References only the connection that it returns: the destructor of an entry takes the lock, so
  // the last reference to one must not end here.
  static std::shared_ptr<ConnectionPlace> ChooseIn(const Places& places, bool waiting_only) {
    for (const bool waiting : {true, false}) {
      if (!waiting && waiting_only) break;
      int left = kLookedAt;
      for (ConnectionPlace* place : places) {
        if (left-- == 0) break;
        if (waiting && !static_cast<Entry*>(place)->waits()) continue;
        // Null: the connection has just ended and waits for the lock to leave the list.
        if (auto held = place->weak_from_this().lock()) return held;
      }
    }
    return nullptr;
  }

  const size_t max_;
  const size_t reserved_;
  mutable base::Mutex mutex_;
  size_t open_ MARQUEE_GUARDED_BY(mutex_) = 0;
  size_t leaving_ MARQUEE_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, Site> sites_ MARQUEE_GUARDED_BY(mutex_);
  Ranking ranking_ MARQUEE_GUARDED_BY(mutex_);  // of the sites
};

ConnectionTable::Entry::~Entry() {
  if (counted_) state_->Remove(*this);
}

void ConnectionTable::Entry::Pin() { state_->Pin(*this); }

ConnectionTable::ConnectionTable(Options options) : state_(std::make_shared<State>(options)) {}

ConnectionTable::Admission ConnectionTable::Admit(std::string_view address, Client client,
                                                  size_t thread) {
  Admission admission;
  auto entry = std::make_shared<Entry>(state_, thread, address);
  if (!state_->Add(*entry, client, admission.evicted)) return {};
  admission.place = std::move(entry);
  return admission;
}

size_t ConnectionTable::size() const { return state_->open(); }

}  // namespace marquee::gateway
