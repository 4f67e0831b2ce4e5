// Everybody who watches something that has keys (documents, devices, accounts): each gets the news
// in order, and of what waits for a slow reader only the latest of each key, so that what waits is
// bounded by the number of keys.
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

// What waits for one watcher. Thread-safe.
template <class Message>
class WaitingNews {
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
  std::optional<absl::Status> end_ MARQUEE_GUARDED_BY(mutex_);  // once nothing waits
};

// Thread-safe. EndAll before it is destroyed.
template <class Message>
class Watchers {
 public:
  using Keyed = std::pair<std::string, std::shared_ptr<const Message>>;

  // A stream that begins with `first` and hears of `keys` only; of all when they are empty. After
  // EndAll, kUnavailable ends it.
  grpc::ServerWriteReactor<Message>* Add(const std::vector<Keyed>& first,
                                         std::set<std::string> keys = {}) {
    auto waiting = std::make_shared<WaitingNews<Message>>();
    for (const auto& [key, message] : first) waiting->Put(key, message);
    auto stream = rpc::PullStream<Message>::Create(std::make_unique<NewsFeed>(waiting));
    {
      const base::MutexLock lock(mutex_);
      if (ended_) waiting->End(absl::UnavailableError("the devices service is shutting down"));
      std::erase_if(all_, [](const Watcher& watcher) { return watcher.stream.expired(); });
      all_.push_back({stream, waiting, std::move(keys)});
    }
    auto* const reactor = stream->reactor();
    stream->Wake();
    return reactor;
  }

  // A stream that ends at once with `status`.
  grpc::ServerWriteReactor<Message>* Refuse(absl::Status status) {
    auto waiting = std::make_shared<WaitingNews<Message>>();
    waiting->End(std::move(status));
    auto stream = rpc::PullStream<Message>::Create(std::make_unique<NewsFeed>(waiting));
    auto* const reactor = stream->reactor();
    stream->Wake();
    return reactor;
  }

  void Tell(const std::string& key, const std::shared_ptr<const Message>& message) {
    for (const auto& [stream, waiting] : Present(&key)) {
      waiting->Put(key, message);
      stream->Wake();
    }
  }

  // Ends the streams that hear of `key`.
  void EndKey(const std::string& key, const absl::Status& status) {
    for (const auto& [stream, waiting] : Present(&key)) {
      waiting->End(status);
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

  // Ends every stream, present and future, once it has what waits for it.
  void EndAll(const absl::Status& status) {
    {
      const base::MutexLock lock(mutex_);
      ended_ = true;
    }
    for (const auto& [stream, waiting] : Present(nullptr)) {
      waiting->End(status);
      stream->Wake();
    }
  }

 private:
  class NewsFeed final : public rpc::Feed<Message> {
   public:
    explicit NewsFeed(std::shared_ptr<WaitingNews<Message>> waiting)
        : waiting_(std::move(waiting)) {}
    typename rpc::Feed<Message>::Step Next() override { return waiting_->Next(); }

   private:
    const std::shared_ptr<WaitingNews<Message>> waiting_;
  };
  struct Watcher {
    std::weak_ptr<rpc::PullStream<Message>> stream;
    std::shared_ptr<WaitingNews<Message>> waiting;
    std::set<std::string> keys;  // empty: all
  };

  // Those who hear of `key`, or all. Streams are woken without our lock: they ask their feed under
  // their own.
  std::vector<
      std::pair<std::shared_ptr<rpc::PullStream<Message>>, std::shared_ptr<WaitingNews<Message>>>>
  Present(const std::string* key) const {
    std::vector<
        std::pair<std::shared_ptr<rpc::PullStream<Message>>, std::shared_ptr<WaitingNews<Message>>>>
        present;
    const base::MutexLock lock(mutex_);
    for (const Watcher& watcher : all_) {
      if (key != nullptr && !watcher.keys.empty() && !watcher.keys.contains(*key)) continue;
      if (auto stream = watcher.stream.lock())
        present.emplace_back(std::move(stream), watcher.waiting);
    }
    return present;
  }

  mutable base::Mutex mutex_;
  bool ended_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::vector<Watcher> all_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::devices
