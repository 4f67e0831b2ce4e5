#include "services/gateway/clients/item_convert.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace marquee::gateway {
namespace {

TEST(ItemConvertTest, ConvertsStreamingProviders) {
  playlist::v1::Item item;
  item.set_key("plex-Den-1");
  item.mutable_streaming()->set_region("DE");
  item.mutable_streaming()->set_link("https://www.themoviedb.org/movie/348/watch");
  auto& provider = *item.mutable_streaming()->add_providers();
  provider.set_name("Netflix");
  provider.set_type("subscription");
  provider.set_logo_url("/image?n");
  auto& copy = *item.add_available_in();
  copy.set_source("Den");
  copy.set_library("Movies");
  copy.set_key("plex-Den-1");
  item.add_aliases("jellyfin_9");

  const MediaItem media = ToMediaItem(item);

  ASSERT_TRUE(media.streaming);
  EXPECT_EQ(media.streaming->region, "DE");
  EXPECT_EQ(media.streaming->link, item.streaming().link());
  ASSERT_EQ(media.streaming->providers.size(), 1U);
  EXPECT_EQ(media.streaming->providers[0].name, "Netflix");
  EXPECT_EQ(media.streaming->providers[0].type, "subscription");
  EXPECT_EQ(media.streaming->providers[0].logo_url, "/image?n");
  ASSERT_EQ(media.available_in.size(), 1U);
  EXPECT_EQ(media.available_in[0].source, "Den");
  EXPECT_EQ(media.available_in[0].library, "Movies");
  EXPECT_EQ(media.available_in[0].key, "plex-Den-1");
  EXPECT_EQ(media.aliases, std::vector<std::string>{"jellyfin_9"});
  EXPECT_FALSE(ToMediaItem({}).streaming);
}

}  // namespace
}  // namespace marquee::gateway
