#include "services/playlist/sources/remote/library_memory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace marquee::playlist {
namespace {

constexpr int kDays = 10;

// Titles added 0, 1, … 9 days ago.
LibraryMemory Library(size_t limit, absl::Time now) {
  LibraryMemory library{.chosen = SeededSample(limit, 1)};
  for (int day = 0; day < kDays; ++day) {
    Item item;
    item.key = fmt::format("title {}", day);
    item.added_at_ms = absl::ToUnixMillis(now - absl::Hours(24) * day);
    library.chosen.Add(std::move(item), {});
    ++library.found;
  }
  return library;
}

TEST(DropExpiredTest, DropsExpiredItems) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  LibraryMemory library = Library(100, now);
  ItemFilter filter;
  filter.added_within = absl::Hours(24) * 4 + absl::Hours(1);

  EXPECT_TRUE(DropExpired(filter, now, &library));
  EXPECT_EQ(library.chosen.size(), 5U);
  EXPECT_EQ(library.found, 5U);
  EXPECT_TRUE(DropExpired(filter, now + absl::Hours(24), &library));
  EXPECT_EQ(library.chosen.size(), 4U);
}

TEST(DropExpiredTest, RequiresANewReadIfTheLimitHadDroppedItems) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  LibraryMemory library = Library(5, now);
  ItemFilter filter;
  filter.added_within = absl::Hours(24) * kDays;

  EXPECT_TRUE(DropExpired(filter, now, &library)) << "while nothing expires";
  EXPECT_FALSE(DropExpired(filter, now + absl::Hours(24) * kDays, &library));
}

TEST(DropExpiredTest, DropsNothingWithoutADateFilter) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  LibraryMemory library = Library(5, now);

  EXPECT_TRUE(DropExpired({}, now + absl::Hours(24) * 365, &library));
  EXPECT_EQ(library.chosen.size(), 5U);
}

}  // namespace
}  // namespace marquee::playlist
