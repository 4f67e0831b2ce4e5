// Streams to watchers of keyed values (documents, devices, accounts). Each watcher gets the updates
// in order; for a slow reader only the latest update of each key is kept, so the memory is bounded
// by the number of keys.
#pragma once

#include <absl/status/status.h>

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"
#include "libs/rpc/pull_stream.h"

namespace marquee::devices {

// Pending updates of one watcher. Thread-safe.
template <class Message>
class PendingUpdates {
 public:
  void Put(const std::string& key, std::shared_ptr<const Message> message) {
    const base::MutexLock lock(mutex_);
    auto& slot = latest_[key];
    if (slot == nullptr) order_.push_back(key);
    slot = std::move(message);
  }
  void End(absl::Status status) {
    const base::MutexLock lock(mutex_);
    if (!end_) end_ = std::move(status);
  }

  typename rpc::Feed<Message>::Step Next() {
    const base::MutexLock lock(mutex_);
    if (order_.empty()) {
      if (end_) return *end_;
      return typename rpc::Feed<Message>::Idle();
    }
    const auto first = latest_.find(order_.front());
    const std::shared_ptr<const Message> message = std::move(first->second);
    latest_.erase(first);
    order_.pop_front();
    return *message;
  }

 private:
  base::Mutex mutex_;
  std::deque<std::string> order_ MARQUEE_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::shared_ptr<const Message>> latest_
      MARQUEE_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ MARQUEE_GUARDED_BY(mutex_);  // applied once nothing is pending
};

// Thread-safe. Call EndAll before destroying it.
template <class Message>
class Watchers {
 public:
  using Keyed = std::pair<std::string, std::shared_ptr<const Message>>;

  // Returns a stream that starts with `first` and then sends updates of `keys` (empty: of all).
  // After EndAll it ends with kUnavailable.
  grpc::ServerWriteReactor<Message>* Add(const std::vector<Keyed>& first,
                                         std::set<std::string> keys = {}) {
    auto pending = std::make_shared<PendingUpdates<Message>>();
    for (const auto& [key, message] : first) pending->Put(key, message);
    auto stream = rpc::PullStream<Message>::Create(std::make_unique<UpdateFeed>(pending));
    {
      const base::MutexLock lock(mutex_);
      if (ended_) pending->End(absl::UnavailableError("the devices service is shutting down"));
      std::erase_if(all_, [](const Watcher& watcher) { return watcher.stream.expired(); });
      all_.push_back({stream, pending, std::move(keys)});
    }
    auto* const reactor = stream->reactor();
    stream->Wake();
    return reactor;
  }

  // A stream that ends immediately with `status`.
  grpc::ServerWriteReactor<Message>* Refuse(absl::Status status) {
    auto pending = std::make_shared<PendingUpdates<Message>>();
    pending->End(std::move(status));
    auto stream = rpc::PullStream<Message>::Create(std::make_unique<UpdateFeed>(pending));
    auto* const reactor = stream->reactor();
    stream->Wake();
    return reactor;
  }

  void Notify(const std::string& key, const std::shared_ptr<const Message>& message) {
    for (const auto& [stream, pending] : Present(&key)) {
      pending->Put(key, message);
      stream->Wake();
    }
  }

  // Ends the streams that watch `key`.
  void EndKey(const std::string& key, const absl::Status& status) {
    for (const auto& [stream, pending] : Present(&key)) {
      pending->End(status);
      stream->Wake();
    }
  }

  bool empty() const {
    const base::MutexLock lock(mutex_);
    for (const Watcher& watcher : all_) {
      if (!watcher.stream.expired()) return false;
    }
    return true;
  }

  // Ends every current and future stream once its pending updates are sent.
  void EndAll(const absl::Status& status) {
    {
      const base::MutexLock lock(mutex_);
      ended_ = true;
    }
    for (const auto& [stream, pending] : Present(nullptr)) {
      pending->End(status);
      stream->Wake();
    }
  }

 private:
  class UpdateFeed final : public rpc::Feed<Message> {
   public:
    explicit UpdateFeed(std::shared_ptr<PendingUpdates<Message>> pending)
        : pending_(std::move(pending)) {}
    typename rpc::Feed<Message>::Step Next() override { return pending_->Next(); }

   private:
    const std::shared_ptr<PendingUpdates<Message>> pending_;
  };
  struct Watcher {
    std::weak_ptr<rpc::PullStream<Message>> stream;
    std::shared_ptr<PendingUpdates<Message>> pending;
    std::set<std::string> keys;  // empty: all
  };

  // The watchers of `key`, or all. Streams are woken without this lock held: they call their feed
  // under their own lock.
  std::vector<std::pair<std::shared_ptr<rpc::PullStream<Message>>,
                        std::shared_ptr<PendingUpdates<Message>>>>
  Present(const std::string* key) const {
    std::vector<std::pair<std::shared_ptr<rpc::PullStream<Message>>,
                          std::shared_ptr<PendingUpdates<Message>>>>
        present;
    const base::MutexLock lock(mutex_);
    for (const Watcher& watcher : all_) {
      if (key != nullptr && !watcher.keys.empty() && !watcher.keys.contains(*key)) continue;
      if (auto stream = watcher.stream.lock())
        present.emplace_back(std::move(stream), watcher.pending);
    }
    return present;
  }

  mutable base::Mutex mutex_;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<Watcher> all_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
