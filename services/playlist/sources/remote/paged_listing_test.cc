#include "services/playlist/sources/remote/paged_listing.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/remote/json.h"
#include "tests/support/fake_http_server.h"
#include "tests/support/replies.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::marquee::testing::JsonReply;
using ::marquee::testing::NumberOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr ListShape kShape = {.key = "items", .total_key = "total"};

class PagedListingTest : public ::testing::Test {
 protected:
  // The server's response for `limit` entries from `offset` on: ids, and the stated total.
  struct Answer {
    std::vector<size_t> ids;
    std::string total;
  };
  using Behaviour = std::function<Answer(size_t offset, size_t limit)>;

  static std::vector<size_t> Ids(size_t from, size_t to) {
    std::vector<size_t> ids;
    for (size_t id = from; id < to; ++id) ids.push_back(id);
    return ids;
  }
  // A server of `total` entries that returns at most `cap` per page.
  static Behaviour Capped(size_t total, size_t cap) {
    return [=](size_t offset, size_t limit) {
      const size_t first = std::min(offset, total);
      return Answer{Ids(first, std::min(total, first + std::min(limit, cap))),
                    std::to_string(total)};
    };
  }

  void Serve(Behaviour behaviour) {
    server_.OnAnythingElse([behaviour = std::move(behaviour)](const FakeHttpServer::Request& r) {
      const Answer answer = behaviour(NumberOf(r, "offset", 0), NumberOf(r, "limit", 0));
      std::string body = "{\"items\":[";
      for (size_t i = 0; i < answer.ids.size(); ++i) {
        body += fmt::format("{}{{\"id\":\"e{}\"}}", i == 0 ? "" : ",", answer.ids[i]);
      }
      body += "]";
      if (!answer.total.empty()) body += ",\"total\":" + answer.total;
      return JsonReply(body + "}");
    });
  }

  PagedListing::Job Read(PagedListing::Options options) {
    RemoteServer::Options server;
    server.type = "test";
    server.name = "Test";
    server.address = *httpc::Url::Parse(server_.url());
    server.address.path.clear();
    const RemoteServer remote(server, *http_, clock_);
    JsonReader reader;
    std::vector<PagedListing::Job> jobs(1);
    PagedListing::Job& job = jobs[0];
    job = job_;
    job.name = "All";
    job.shape = kShape;
    job.request = [&](size_t first, size_t count) {
      return remote.Request(fmt::format("/list?offset={}&limit={}", first, count));
    };
    job.take = [&](std::string& text, PagedListing::IsNew is_new) -> absl::Status {
      std::string id;
      absl::Status status = reader.Parse(text, [&](ondemand::value value) {
        return ForEachField(value, [&](std::string_view key, ondemand::value field) {
          if (key == "id") id = TextOf(field);
          return simdjson::SUCCESS;
        });
      });
      if (!status.ok()) return status;
      if (is_new(id)) EXPECT_TRUE(taken_.insert(id).second) << id << " was passed on twice";
      return absl::OkStatus();
    };
    const absl::Status status =
        PagedListing(remote, options)
            .Read(jobs, {.deadline = clock_.Now() + absl::Seconds(30), .stop = {}});
    EXPECT_TRUE(status.ok()) << status;
    return jobs[0];
  }
  size_t requests() const { return server_.requests().size(); }

  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeHttpServer server_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
  PagedListing::Job job_;
  std::set<std::string> taken_;
};

TEST_F(PagedListingTest, ContinuesWhereAShortPageEnded) {
  Serve(Capped(950, 100));

  const auto job = Read({.page_size = 500});

  EXPECT_EQ(taken_.size(), 950U);
  EXPECT_EQ(job.listed, 950U);
  EXPECT_EQ(requests(), 10U);
  EXPECT_THAT(job.Warnings(), IsEmpty());
}

TEST_F(PagedListingTest, SkipsOnlyAnEntryHiddenByTheServer) {
  for (const size_t hidden : {size_t{0}, size_t{7}, size_t{499}, size_t{730}, size_t{949}}) {
    taken_.clear();
    Serve([=](size_t offset, size_t limit) {
      auto ids = Ids(std::min<size_t>(offset, 950), std::min<size_t>(offset + limit, 950));
      std::erase(ids, hidden);
      return Answer{ids, "950"};
    });

    const auto job = Read({.page_size = 100});

    EXPECT_EQ(taken_.size(), 949U) << hidden;
    EXPECT_THAT(job.remark, HasSubstr("949 of 950 listed")) << hidden;
  }
}

TEST_F(PagedListingTest, ReadsPagesOfVaryingLength) {
  Serve([](size_t offset, size_t limit) {
    const size_t cap = offset % 7 == 0 ? 40 : 100 - offset % 50;
    return Capped(950, cap)(offset, limit);
  });

  const auto job = Read({.page_size = 100});

  EXPECT_EQ(taken_.size(), 950U);
  EXPECT_THAT(job.Warnings(), IsEmpty());
}

TEST_F(PagedListingTest, BoundsRequestsToAServerThatIgnoresTheOffset) {
  Serve([](size_t, size_t limit) { return Capped(100, 100)(0, limit); });
  EXPECT_EQ(Read({.page_size = 100}).listed, 100U);
  const size_t whole = requests();
  EXPECT_EQ(whole, 1U);

  taken_.clear();
  Serve([](size_t, size_t) { return Answer{Ids(0, 100), "5000"}; });
  const auto job = Read({.page_size = 100});

  EXPECT_EQ(taken_.size(), 100U);
  EXPECT_LE(requests() - whole, 6U);
  EXPECT_THAT(job.Warnings().at(0), HasSubstr("library \"All\": 100 of 5000 listed"));
}

TEST_F(PagedListingTest, StopsAtTheRequestLimitForAGrowingTotal) {
  Serve([](size_t offset, size_t limit) {
    return Answer{Ids(offset, offset + limit), std::to_string(offset + 10 * limit)};
  });

  const auto job = Read({.page_size = 100});

  EXPECT_LE(requests(), 10U + 10U);
  EXPECT_GE(taken_.size(), 1000U);
  EXPECT_THAT(job.remark, HasSubstr(fmt::format("{} of ", taken_.size())));
}

TEST_F(PagedListingTest, ReadsAllEntriesDespiteAMissingOrWrongTotal) {
  for (const char* total : {"", "0", "-1", "5", "\"950\"", "950.0", "null", "[1]", "123456789",
                            "99999999999999999999999999", "1e3"}) {
    for (const size_t cap : {size_t{100}, size_t{1000}}) {
      taken_.clear();
      const size_t before = requests();
      Serve([=](size_t offset, size_t limit) {
        Answer answer = Capped(950, cap)(offset, limit);
        answer.total = total;
        return answer;
      });

      Read({.page_size = 500});

      EXPECT_EQ(taken_.size(), 950U) << total;
      EXPECT_LE(requests() - before, 20U) << total;
    }
  }
}

TEST_F(PagedListingTest, AcceptsAServerWithoutPaging) {
  Serve([](size_t, size_t) { return Answer{Ids(0, 950), "950"}; });

  Read({.page_size = 100});

  EXPECT_EQ(taken_.size(), 950U);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(PagedListingTest, StopsReadingAnEndlessListAtTheLimit) {
  Serve([](size_t offset, size_t limit) { return Answer{Ids(offset, offset + limit), ""}; });

  Read({.page_size = 100, .max_entries = 1'000});

  EXPECT_EQ(taken_.size(), 1'000U);
  EXPECT_LE(requests(), 20U);
}

TEST_F(PagedListingTest, FindsEntriesThatMoveBetweenFixedPages) {
  // The seventh entry becomes the last one after the first page was read.
  job_.fixed_pages = true;
  Serve([asked = std::make_shared<int>(0)](size_t offset, size_t) {
    std::vector<size_t> ids = Ids(0, 95);
    if ((*asked)++ > 0) std::ranges::rotate(ids.begin() + 7, ids.begin() + 8, ids.end());
    const size_t first = std::min<size_t>(offset, 95);
    const size_t last = std::min<size_t>(offset + 20, 95);
    return Answer{{ids.begin() + static_cast<std::ptrdiff_t>(first),
                   ids.begin() + static_cast<std::ptrdiff_t>(last)},
                  "95"};
  });

  const auto job = Read({.page_size = 20, .concurrency = 1});

  EXPECT_EQ(taken_.size(), 95U);
  EXPECT_LE(requests(), 5U + 10U);
  EXPECT_THAT(job.Warnings(), IsEmpty());
}

TEST_F(PagedListingTest, DoesNotRequestBeyondTheLastOffset) {
  job_.fixed_pages = true;
  job_.max_offset = 100;
  Serve(Capped(950, 20));

  const auto job = Read({.page_size = 20});

  EXPECT_EQ(taken_.size(), 100U);
  EXPECT_EQ(requests(), 5U);
  EXPECT_THAT(job.remark, HasSubstr("100 of 950 listed"));
}

}  // namespace
}  // namespace marquee::playlist
