#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "services/playlist/sources/jellyfin/jellyfin_source_fixture.h"

namespace marquee::playlist {
namespace {

class JellyfinChangesTest : public JellyfinSourceFixture {
 protected:
  JellyfinChangesTest() {
    server_.AddTitles(movies_, "Movie", "Film", 40);
    server_.AddTitles(shows_, "Series", "Show", 20);
    source_ = Make();
    first_ = Read();
    before_ = server_.server().requests().size();
  }

  std::vector<ItemPtr> Read() {
    auto yield = Fetch(*source_);
    EXPECT_TRUE(yield.ok()) << yield.status();
    return yield.ok() ? yield->items : std::vector<ItemPtr>();
  }
  size_t Requests() { return server_.server().requests().size() - before_; }
  static const Item* Find(const std::vector<ItemPtr>& items, const std::string& title) {
    for (const ItemPtr& item : items) {
      if (item->item.title == title) return &item->item;
    }
    return nullptr;
  }

  std::unique_ptr<JellyfinSource> source_;
  std::vector<ItemPtr> first_;
  size_t before_ = 0;
};

TEST_F(JellyfinChangesTest, AnUnchangedServerNeedsOneRequestPerLibraryAndReusesItems) {
  EXPECT_EQ(Read(), first_);
  EXPECT_EQ(Requests(), 2U);
}

TEST_F(JellyfinChangesTest, ReadsOnlySavedEntries) {
  server_.ChangeEntry(movies_, "Movie", 3, "Film 4", "Film Four");
  server_.AddNewTitle(shows_, "Series", "Show New");

  const auto items = Read();

  EXPECT_EQ(items.size(), 61U);
  EXPECT_NE(Find(items, "Film Four"), nullptr);
  EXPECT_EQ(Find(items, "Film 4"), nullptr);
  EXPECT_NE(Find(items, "Show New"), nullptr);
  EXPECT_EQ(std::ranges::count_if(items,
                                  [&](const ItemPtr& item) {
                                    return std::ranges::find(first_, item) != first_.end();
                                  }),
            59)
      << "the other items are the same objects";
  for (size_t i = before_; i < server_.server().requests().size(); ++i) {
    const auto request = server_.server().requests()[i];
    EXPECT_TRUE(request.path == "/Items/Counts" || request.parameter("Limit") == "0" ||
                !request.parameter("MinDateLastSaved").empty())
        << request.path << '?' << request.query;
  }
}

TEST_F(JellyfinChangesTest, DetectsRemovedEntries) {
  server_.RemoveEntry(movies_, "Movie", 0);

  const auto items = Read();

  EXPECT_EQ(items.size(), 59U);
  EXPECT_EQ(Find(items, "Film 1"), nullptr);
}

TEST_F(JellyfinChangesTest, DetectsAnAdditionTogetherWithARemoval) {
  server_.RemoveEntry(movies_, "Movie", 0);
  server_.AddNewTitle(movies_, "Movie", "Film New");

  const auto items = Read();

  EXPECT_EQ(Find(items, "Film 1"), nullptr);
  EXPECT_NE(Find(items, "Film New"), nullptr);
}

TEST_F(JellyfinChangesTest, ANewSeedOrForgetCausesAFullRead) {
  seed_ = 2;
  EXPECT_EQ(Read().size(), 60U);
  EXPECT_EQ(Requests(), 4U);
  source_->Forget();
  EXPECT_EQ(Read().size(), 60U);
  EXPECT_EQ(Requests(), 8U);
}

TEST_F(JellyfinChangesTest, ReadsServersWithoutCountsCompletely) {
  server_.server().On("/Items/Counts", {.status = 404});

  EXPECT_EQ(Read().size(), 60U);
}

TEST_F(JellyfinChangesTest, ASingleLibraryNeedsOneRequest) {
  auto options = Options();
  options.show_libraries.clear();
  source_ = Make(options);
  first_ = Read();
  before_ = server_.server().requests().size();

  EXPECT_EQ(Read(), first_);
  EXPECT_EQ(Requests(), 1U);

  server_.AddNewTitle(movies_, "Movie", "Film New");
  EXPECT_NE(Find(Read(), "Film New"), nullptr);
  server_.RemoveEntry(movies_, "Movie", 0);
  server_.ChangeEntry(movies_, "Movie", 3, "Film 5", "Film Five");
  const auto items = Read();
  EXPECT_EQ(Find(items, "Film 1"), nullptr);
  EXPECT_NE(Find(items, "Film Five"), nullptr);
}

TEST_F(JellyfinChangesTest, ReadsCollectionsAgainOnlyAfterASave) {
  for (const char* id : {"a1", "a2"}) {
    server_.AddEntry(movies_, "Movie",
                     fmt::format(R"({{"Type":"Movie","Name":"Film {0}","Id":"{0}",)"
                                 R"("ImageTags":{{"Primary":"a"}}}})",
                                 id));
  }
  server_.AddCollection("Sea", {"a1"});
  auto options = Options();
  options.filter.collections = ParseCollections({"Sea"});
  source_ = Make(options);
  first_ = Read();
  ASSERT_EQ(first_.size(), 1U);
  before_ = server_.server().requests().size();

  EXPECT_EQ(Read(), first_);
  EXPECT_EQ(Requests(), 2U);

  server_.ChangeCollection("Sea", {"a1", "a2"});
  EXPECT_EQ(Read().size(), 2U);
}

TEST_F(JellyfinChangesTest, AFilterByDateAddedDoesNotCauseAFullRead) {
  auto options = Options();
  options.filter.added_within =
      clock_.Now() - absl::FromUnixSeconds(1'748'772'000) + absl::Hours(24);
  source_ = Make(options);
  first_ = Read();
  ASSERT_EQ(first_.size(), 60U);
  before_ = server_.server().requests().size();

  EXPECT_EQ(Read(), first_);
  EXPECT_EQ(Requests(), 2U);
}

}  // namespace
}  // namespace marquee::playlist
