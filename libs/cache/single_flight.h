// Coalesces concurrent requests for one key into one piece of work: the first caller starts it, the
// others join, all get the same result. A caller may leave; when the last one has left, a stop is
// requested so that the work can end early, and the next caller starts a new flight.
//
//   auto joined = flights.Join(key, [](const auto& result) { … }, [&](auto flight) {
//     executor.Submit([flight] { flight->Finish(Make(flight->key(), flight->stop_token())); });
//   });
//   joined.waiter->Leave();  // the caller no longer waits
//
// No call blocks; no thread is owned.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::cache {

// Thread-safe. Flights and waiters may outlive it.
template <class Key, class Value, class Hash = std::hash<Key>>
class SingleFlight {
  struct State;

 public:
  using Result = absl::StatusOr<std::shared_ptr<const Value>>;
  using Callback = std::function<void(const Result&)>;

  // The work in progress, passed to the function that starts it. If the last copy of the pointer is
  // destroyed without a Finish, all callers get kInternal.
  class Flight {
   public:
    Flight(std::shared_ptr<State> state, Key key)
        : state_(std::move(state)), key_(std::move(key)) {}
    ~Flight() { Finish(absl::InternalError("the shared request ended without a result")); }
    Flight(const Flight&) = delete;
    Flight& operator=(const Flight&) = delete;

    const Key& key() const { return key_; }
    // Stop is requested when the last caller has left.
    std::stop_token stop_token() const { return stop_.get_token(); }

    // Ends the flight: the key becomes free and the callbacks of all callers run on this thread.
    // Fill caches before calling it, so that the next caller finds the result. Repeated calls do
    // nothing.
    void Finish(const Result& result) {
      for (const auto& [waiter, done] : state_->Land(*this)) done(result);
    }

   private:
    friend class SingleFlight;
    friend struct State;
    const std::shared_ptr<State> state_;
    const Key key_;
    std::stop_source stop_;
    // Guarded by state_->mutex.
    std::unordered_map<uint64_t, Callback> waiting_;
    bool landed_ = false;
  };

  // A caller that joined a flight. Destroying it without Leave keeps the callback registered.
  class Waiter {
   public:
    Waiter(std::weak_ptr<Flight> flight, std::shared_ptr<State> state, uint64_t number)
        : flight_(std::move(flight)), state_(std::move(state)), number_(number) {}

    // Stops waiting. True: the callback has not run and never will. False: it has run, is running,
    // or is about to run.
    bool Leave() {
      const std::shared_ptr<Flight> flight = flight_.lock();
      return flight != nullptr && state_->Leave(*flight, number_);
    }

   private:
    const std::weak_ptr<Flight> flight_;
    const std::shared_ptr<State> state_;
    const uint64_t number_;
  };

  struct Joined {
    std::shared_ptr<Waiter> waiter;
    bool started = false;  // false: the caller joined a flight already in progress
  };

  SingleFlight() : state_(std::make_shared<State>()) {}

  // Joins the flight of `key`, or starts one with `start`, on this thread, if there is none. `done`
  // runs exactly once unless Leave returns true, possibly before Join returns.
  Joined Join(const Key& key, Callback done,
              const std::function<void(std::shared_ptr<Flight>)>& start) {
    std::shared_ptr<Flight> flight;
    Joined joined;
    {
      const base::MutexLock lock(state_->mutex);
      const auto it = state_->flights.find(key);
      // A flight that is being destroyed can no longer be joined: replace it.
      if (it != state_->flights.end()) flight = it->second.flight.lock();
      if (flight == nullptr) {
        flight = std::make_shared<Flight>(state_, key);
        state_->flights.insert_or_assign(key, UnderWay{flight, flight.get()});
        joined.started = true;
      }
      const uint64_t number = ++state_->last_waiter;
      flight->waiting_.emplace(number, std::move(done));
      joined.waiter = std::make_shared<Waiter>(flight, state_, number);
    }
    if (joined.started) start(std::move(flight));
    return joined;
  }

  // Number of flights in progress.
  size_t size() const {
    const base::MutexLock lock(state_->mutex);
    return state_->flights.size();
  }

 private:
  struct UnderWay {
    std::weak_ptr<Flight> flight;
    const Flight* identity;  // compared only; locking `flight` here could destroy it under the lock
  };

  struct State {
    base::Mutex mutex;
    // Contains a flight from its Join until it ends or all callers have left it.
    std::unordered_map<Key, UnderWay, Hash> flights MARQUEE_GUARDED_BY(mutex);
    uint64_t last_waiter MARQUEE_GUARDED_BY(mutex) = 0;

    std::unordered_map<uint64_t, Callback> Land(Flight& flight) {
      const base::MutexLock lock(mutex);
      if (std::exchange(flight.landed_, true)) return {};
      Forget(flight);
      return std::exchange(flight.waiting_, {});
    }

    bool Leave(Flight& flight, uint64_t number) {
      Callback dropped;  // destroyed, like the stop callbacks are run, outside the lock
      {
        const base::MutexLock lock(mutex);
        const auto it = flight.waiting_.find(number);
        if (it == flight.waiting_.end()) return false;
        dropped = std::move(it->second);
        flight.waiting_.erase(it);
        if (!flight.waiting_.empty()) return true;
        Forget(flight);  // work that was asked to stop cannot be joined
      }
      flight.stop_.request_stop();
      return true;
    }

    // The key may already belong to a newer flight.
    void Forget(const Flight& flight) MARQUEE_REQUIRES(mutex) {
      const auto it = flights.find(flight.key_);
      if (it != flights.end() && it->second.identity == &flight) flights.erase(it);
    }
  };

  const std::shared_ptr<State> state_;
};

}  // namespace marquee::cache
