// One piece of work a key, however many ask for it at once: the first caller starts it, the others
// join, all get the same answer. A caller may leave; when the last one has left, the flight's stop
// token is raised so that the work can end early, and whoever asks next starts anew.
//
//   auto joined = flights.Join(key, [](const auto& result) { … }, [&](auto flight) {
//     executor.Submit([flight] { flight->Finish(Make(flight->key(), flight->stop_token())); });
//   });
//   joined.seat->Leave();  // the caller went away
//
// Nothing here blocks or owns a thread.
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

// Thread-safe. Flights and seats may outlive it.
template <class Key, class Value, class Hash = std::hash<Key>>
class SingleFlight {
  struct State;

 public:
  using Result = absl::StatusOr<std::shared_ptr<const Value>>;
  using Callback = std::function<void(const Result&)>;

  // The work under way, handed to whoever does it. When the last copy of the pointer is dropped
  // without a Finish, everybody gets kInternal.
  class Flight {
   public:
    Flight(std::shared_ptr<State> state, Key key)
        : state_(std::move(state)), key_(std::move(key)) {}
    ~Flight() { Finish(absl::InternalError("the work for this answer was abandoned")); }
    Flight(const Flight&) = delete;
    Flight& operator=(const Flight&) = delete;

    const Key& key() const { return key_; }
    // Raised when nobody waits any more.
    std::stop_token stop_token() const { return stop_.get_token(); }

    // Ends the flight: from here on the key is free, and the callbacks of all who wait run on this
    // thread. What the next caller is to find in a cache must be there before. Repeats do nothing.
    void Finish(const Result& result) {
      for (const auto& [seat, done] : state_->Land(*this)) done(result);
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

  // A caller's place on a flight. Dropping it without Leave is to stay.
  class Seat {
   public:
    Seat(std::weak_ptr<Flight> flight, std::shared_ptr<State> state, uint64_t number)
        : flight_(std::move(flight)), state_(std::move(state)), number_(number) {}

    // The caller no longer waits. True: its callback has not run and never will. False: it has run,
    // runs now, or is about to.
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
    std::shared_ptr<Seat> seat;
    bool started = false;  // false: the caller joined a flight that was already under way
  };

  SingleFlight() : state_(std::make_shared<State>()) {}

  // Puts the caller on the flight of `key`; starts one with `start`, on this thread, if there is
  // none. `done` runs exactly once unless Leave returns true, possibly before Join returns.
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
      const uint64_t number = ++state_->last_seat;
      flight->waiting_.emplace(number, std::move(done));
      joined.seat = std::make_shared<Seat>(flight, state_, number);
    }
    if (joined.started) start(std::move(flight));
    return joined;
  }

  // Flights under way.
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
    // A flight is here from its Join until it lands or everybody has left it.
    std::unordered_map<Key, UnderWay, Hash> flights MARQUEE_GUARDED_BY(mutex);
    uint64_t last_seat MARQUEE_GUARDED_BY(mutex) = 0;

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
        Forget(flight);  // nobody may join work that is told to stop
      }
      flight.stop_.request_stop();
      return true;
    }

    // The key may already belong to a younger flight.
    void Forget(const Flight& flight) MARQUEE_REQUIRES(mutex) {
      const auto it = flights.find(flight.key_);
      if (it != flights.end() && it->second.identity == &flight) flights.erase(it);
    }
  };

  const std::shared_ptr<State> state_;
};

}  // namespace marquee::cache
