#include "services/playlist/service/watch_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace marquee::playlist {
namespace {

using Message = v1::WatchPlaylistResponse;

ItemPtr Title(const std::string& key, const std::string& title = "x") {
  Item item;
  item.key = key;
  item.title = title;
  return MakePlaylistItem(std::move(item));
}

// A watcher that applies the received messages.
class Follower {
 public:
  explicit Follower(CurrentPlaylists& current_playlists, bool accept_delta = true)
      : feed_(current_playlists, {.accept_delta = accept_delta}, ended_) {}

  // Reads until no message is available.
  void Read() {
    while (true) {
      auto step = feed_.Next();
      if (!std::holds_alternative<Message>(step)) return;
      Take(std::get<Message>(step));
    }
  }

  std::vector<std::string> keys;  // keys of the current version
  int sent_items = 0;
  int deltas = 0;
  int wholes = 0;

 private:
  void Take(const Message& message) {
    if (message.has_begin()) {
      is_delta_ = message.begin().has_base();
      (is_delta_ ? deltas : wholes)++;
      added_.clear();
      gone_.clear();
    }
    if (message.has_batch()) {
      sent_items += message.batch().items_size();
      for (int i = 0; i < message.batch().items_size(); ++i) {
        const std::string& key = message.batch().items(i).key();
        gone_.insert(key);  // a changed item is removed from its old position
        const size_t place =
            is_delta_ ? static_cast<size_t>(message.batch().positions(i)) : added_.size();
        added_.emplace(place, key);
      }
      for (const auto& key : message.batch().removed_keys()) gone_.insert(key);
    }
    if (message.has_commit()) {
      std::vector<std::string> next;
      if (is_delta_) next = keys;
      std::erase_if(next, [&](const std::string& key) { return gone_.contains(key); });
      for (const auto& [place, key] : added_) {
        next.insert(next.begin() + static_cast<std::ptrdiff_t>(place), key);
      }
      keys = next;
      added_.clear();
    }
  }

  std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);
  WatchFeed feed_;
  bool is_delta_ = false;
  std::map<size_t, std::string> added_;
  std::set<std::string> gone_;
};

class WatchFeedTest : public ::testing::Test {
 protected:
  void Publish(std::vector<ItemPtr> items) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->version = {.fence = 1, .sequence = ++sequence_};
    snapshot->content_hash = ContentHash(items);
    snapshot->items = std::move(items);
    current_playlists_.Publish(snapshot);
  }
  std::vector<ItemPtr> Titles(int count) {
    std::vector<ItemPtr> items;
    for (int i = 0; i < count; ++i) items.push_back(Title("k" + std::to_string(i)));
    return items;
  }
  std::vector<std::string> Published() const {
    std::vector<std::string> keys;
    for (const ItemPtr& item : current_playlists_.current()->items) keys.push_back(item->item.key);
    return keys;
  }

  CurrentPlaylists current_playlists_;
  uint64_t sequence_ = 0;
};

TEST_F(WatchFeedTest, SendsAChangeAsADeltaThatYieldsTheSamePlaylist) {
  auto items = Titles(100);
  Publish(items);
  Follower follower(current_playlists_);
  follower.Read();
  EXPECT_EQ(follower.keys, Published());

  items.erase(items.begin() + 50);
  items[20] = Title("k20", "changed");
  items.insert(items.begin() + 7, Title("new"));
  items.push_back(Title("last"));
  Publish(items);
  follower.sent_items = 0;
  follower.Read();

  EXPECT_EQ(follower.keys, Published());
  EXPECT_EQ(follower.deltas, 1);
  EXPECT_EQ(follower.wholes, 1);
  EXPECT_EQ(follower.sent_items, 3);
}

TEST_F(WatchFeedTest, SendsANewOrderAsAFullPlaylist) {
  auto items = Titles(10);
  Publish(items);
  Follower follower(current_playlists_);
  follower.Read();
  std::swap(items[1], items[8]);

  Publish(items);
  follower.Read();

  EXPECT_EQ(follower.keys, Published());
  EXPECT_EQ(follower.wholes, 2);
}

TEST_F(WatchFeedTest, SendsTheFullPlaylistToLateOrOldWatchers) {
  Publish(Titles(10));
  Follower plain(current_playlists_, false);
  Follower slow(current_playlists_);
  plain.Read();
  slow.Read();
  Publish(Titles(11));
  Publish(Titles(12));

  plain.Read();
  slow.Read();

  EXPECT_EQ(plain.wholes, 2);
  EXPECT_EQ(slow.wholes, 2) << "its version is no longer available";
  EXPECT_EQ(slow.keys, Published());
}

TEST_F(WatchFeedTest, WatchesMusicSeparately) {
  auto ended = std::make_shared<std::atomic<bool>>(false);
  WatchFeed music(current_playlists_, {.kind = PlaylistKind::kMusic}, ended);
  Publish(Titles(3));

  EXPECT_TRUE(std::holds_alternative<WatchFeed::Idle>(music.Next()));
}

}  // namespace
}  // namespace marquee::playlist
