#include "services/playlist/artwork/artwork_fetcher.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/base/strings.h"
#include "libs/httpc/fake_http_client.h"
#include "libs/rpc/error_info.h"
#include "services/playlist/model/image_url.h"

namespace marquee::playlist {
namespace {

using ::testing::HasSubstr;

// Sends a scripted response in pieces of `piece` bytes and records the requests.
class FakeOrigin final : public Source, public ArtworkOrigin {
 public:
  FakeOrigin(std::string name, std::string type) : name_(std::move(name)), type_(std::move(type)) {}

  std::string_view name() const override { return name_; }
  std::string_view type() const override { return type_; }
  absl::StatusOr<SourceYield> Fetch(const base::CallContext&) override { return SourceYield{}; }
  ArtworkOrigin& artwork() override { return *this; }
  uint64_t max_image_bytes() const override { return 1000; }

  std::optional<std::string> PathOf(std::string_view url) const override {
    const std::string own = "http://" + type_;
    if (!url.starts_with(own)) return std::nullopt;
    return std::string(url.substr(own.size()));
  }

  absl::Status Open(const ArtworkRequest& request, const base::CallContext&,
                    ArtworkSink& sink) override {
    asked.push_back(request);
    if (!status.ok()) return status;
    if (const absl::Status sent = sink.OnHeader(header); !sent.ok()) return sent;
    if (header.not_modified || request.header_only) return absl::OkStatus();
    for (size_t at = 0; at < body.size(); at += piece) {
      if (const absl::Status sent = sink.OnChunk(body.substr(at, piece)); !sent.ok()) return sent;
    }
    return absl::OkStatus();
  }

  absl::Status status;
  ArtworkHeader header;
  std::string body = "\xFF\xD8\xFF\xE0 and the rest of an image";
  size_t piece = 10'000;
  std::vector<ArtworkRequest> asked;

 private:
  const std::string name_;
  const std::string type_;
};

class KeepingSink final : public ArtworkSink {
 public:
  absl::Status OnHeader(const ArtworkHeader& sent) override {
    ++headers;
    header = sent;
    return absl::OkStatus();
  }
  absl::Status OnChunk(std::string_view chunk) override {
    EXPECT_EQ(headers, 1);
    bytes += chunk;
    return absl::OkStatus();
  }
  int headers = 0;
  ArtworkHeader header;
  std::string bytes;
};

class ArtworkFetcherTest : public ::testing::Test {
 protected:
  FakeOrigin& At(size_t index) {
    return static_cast<FakeOrigin&>(*active_sources_.sources()->at(index));
  }
  absl::Status Fetch(const ArtworkLocation& location, const ArtworkQuery& wish = {}) {
    sink_.headers = 0;
    sink_.bytes.clear();
    sink_.header = {};
    return fetcher_.Fetch(location, wish, {}, sink_);
  }

  obs::Metrics metrics_;
  ActiveSources active_sources_{{std::make_shared<FakeOrigin>("Living Room", "jellyfin"),
                                 std::make_shared<FakeOrigin>("First", "local"),
                                 std::make_shared<FakeOrigin>("Second", "local"),
                                 std::make_shared<FakeOrigin>("Den", "plex")}};
  FakeOrigin& server_ = At(0);
  FakeOrigin& first_ = At(1);
  FakeOrigin& second_ = At(2);
  FakeOrigin& plex_ = At(3);
  base::SystemClock clock_;
  httpc::FakeHttpClient http_;
  CoverOrigin covers_{{}, http_, clock_};
  ArtworkFetcher fetcher_{active_sources_, covers_, metrics_};
  KeepingSink sink_;
};

TEST_F(ArtworkFetcherTest, FetchesFromTheNamedSourceAndDetectsTheContentType) {
  server_.header.content_type = "application/octet-stream";
  server_.header.validator = "v1";
  for (const size_t piece : {1U, 7U, 16U, 1000U}) {
    server_.piece = piece;

    const absl::Status status = Fetch(AtSource{"Living Room", "/Items/7?tag=a"});

    EXPECT_TRUE(status.ok()) << base::MessageOf(status);
    EXPECT_EQ(server_.asked.back().path, "/Items/7?tag=a");
    EXPECT_EQ(sink_.header.content_type, "image/jpeg");
    EXPECT_EQ(sink_.header.validator, "v1");
    EXPECT_EQ(sink_.bytes, server_.body);
  }
  EXPECT_THAT(metrics_.Render(), HasSubstr("marquee_artwork_fetches_total{result=\"ok\",source="
                                           "\"Living Room\"} 4"));
}

TEST_F(ArtworkFetcherTest, PlexServerNameMeansTheFirstPlexSource) {
  EXPECT_TRUE(Fetch(AtSource{"Plex Server", "/library/metadata/1/thumb/2"}).ok());

  EXPECT_EQ(plex_.asked.size(), 1U);
}

TEST_F(ArtworkFetcherTest, FetchesFromKnownCoverHosts) {
  http_.On("/a.jpg", httpc::FakeHttpClient::Answer{.body = "\xFF\xD8\xFF\xE0 image"});

  EXPECT_TRUE(Fetch(AtUrl{"https://images.igdb.com/a.jpg"}).ok());
  EXPECT_EQ(Fetch(AtUrl{"https://example.org/a.jpg"}).code(), absl::StatusCode::kPermissionDenied);

  EXPECT_EQ(http_.requests().size(), 1U);
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("marquee_artwork_fetches_total{result=\"ok\",source=\"covers\"} 1"));
}

TEST_F(ArtworkFetcherTest, RejectsResponsesThatAreNotImagesOrMedia) {
  server_.body = R"({"AccessToken":"secret"})";
  for (const auto* type : {"application/json; charset=utf-8", "text/html", "image/jpeg", ""}) {
    server_.header.content_type = type;

    EXPECT_EQ(Fetch(AtSource{"Living Room", "/Users"}).code(),
              absl::StatusCode::kFailedPrecondition)
        << type;

    EXPECT_EQ(sink_.headers, 0);
    EXPECT_EQ(sink_.bytes, "");
  }
  server_.header.content_type = "application/json";
  EXPECT_EQ(Fetch(AtSource{"Living Room", "/Users"}, {.kind = ArtworkKind::kMedia}).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ArtworkFetcherTest, RejectsTooLargeImagesWithAndWithoutContentLength) {
  server_.body.resize(1001, 'x');
  server_.piece = 100;

  absl::Status status = Fetch(AtSource{"Living Room", "/x"});
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(rpc::ReasonOf(status), "TOO_LARGE");
  EXPECT_LE(sink_.bytes.size(), 1000U);

  server_.header.total_bytes = 1001;
  status = Fetch(AtSource{"Living Room", "/x"});
  EXPECT_EQ(rpc::ReasonOf(status), "TOO_LARGE");
  EXPECT_EQ(sink_.headers, 0);
}

TEST_F(ArtworkFetcherTest, MediaMayBeLargeAndUseRanges) {
  server_.header.content_type = "video/mp4";
  server_.body.resize(100'000, 'x');

  const absl::Status status =
      Fetch(AtSource{"Living Room", "/trailer"},
            {.kind = ArtworkKind::kMedia, .range = ByteRange{10, std::nullopt}});

  EXPECT_TRUE(status.ok());
  EXPECT_EQ(sink_.bytes.size(), 100'000U);
  EXPECT_EQ(server_.asked.back().range, (ByteRange{10, std::nullopt}));
}

TEST_F(ArtworkFetcherTest, ATruncatedBodyIsUnavailable) {
  server_.header.content_bytes = server_.body.size() + 1;

  EXPECT_EQ(Fetch(AtSource{"Living Room", "/x"}).code(), absl::StatusCode::kUnavailable);
}

TEST_F(ArtworkFetcherTest, PassesOnNotModified) {
  server_.header.not_modified = true;

  EXPECT_TRUE(Fetch(AtSource{"Living Room", "/x"}, {.if_validator = "v1"}).ok());

  EXPECT_EQ(server_.asked.back().if_validator, "v1");
  EXPECT_TRUE(sink_.header.not_modified);
}

TEST_F(ArtworkFetcherTest, RejectsMalformedPathsBeforeASource) {
  for (const auto* path : {"", "x", "//host/x", "/../x", "/a/../../x", "/a/..", "/..?x", "/a\nb",
                           "/%2e%2e/x", "/a%2F..%2Fx", "/%0d%0aHost:", "/\\..\\x", "/a\xFF"}) {
    EXPECT_EQ(Fetch(AtSource{"Living Room", path}).code(), absl::StatusCode::kInvalidArgument)
        << path;
  }
  EXPECT_EQ(Fetch(AtSource{"Living Room", "/" + std::string(5000, 'x')}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(server_.asked.empty());
}

TEST_F(ArtworkFetcherTest, AcceptsUnusualValidPaths) {
  for (const auto* path :
       {"/What..ever (1990).jpg", "/100%.jpg", "/a b/\"c\".jpg", "/Items/1?x=/y"}) {
    EXPECT_TRUE(Fetch(AtSource{"First", path}).ok()) << path;
  }
}

TEST_F(ArtworkFetcherTest, RejectsUnknownSourcesAndAddresses) {
  EXPECT_EQ(Fetch(AtSource{"Unknown", "/x"}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Fetch(AtUrl{"http://169.254.169.254/latest"}).code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(ArtworkFetcherTest, AUrlOfAConfiguredServerIsTreatedAsItsPath) {
  EXPECT_TRUE(Fetch(AtUrl{"http://jellyfin/Items/1/Images/Primary"}).ok());
  ASSERT_EQ(server_.asked.size(), 1);
  EXPECT_EQ(server_.asked[0].path, "/Items/1/Images/Primary");

  EXPECT_EQ(Fetch(AtUrl{"http://jellyfin/Items/%2e%2e/1"}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(server_.asked.size(), 1);
}

TEST_F(ArtworkFetcherTest, LooksForLocalFilesInAllLocalSources) {
  first_.status = absl::NotFoundError("not here");

  EXPECT_TRUE(Fetch(LocalFile{"posters/Alien (1979).jpg"}).ok());
  EXPECT_TRUE(Fetch(PackEntry{"complete/manual/Alien.zip", "poster"}).ok());

  EXPECT_TRUE(server_.asked.empty());
  EXPECT_EQ(second_.asked[0].path, "/posters/Alien (1979).jpg");
  EXPECT_EQ(second_.asked[1].path, "/complete/manual/Alien.zip?entry=poster");
}

TEST_F(ArtworkFetcherTest, RejectsAbsoluteLocalPaths) {
  for (const auto* path : {"", "/etc/passwd", "\\x", "C:\\x", "../a.zip", "a/../../b.zip"}) {
    EXPECT_EQ(Fetch(LocalFile{path}).code(), absl::StatusCode::kInvalidArgument) << path;
    EXPECT_EQ(Fetch(PackEntry{path, "poster"}).code(), absl::StatusCode::kInvalidArgument) << path;
  }
}

class SubstitutingTest : public ArtworkFetcherTest {
 protected:
  SubstitutingTest() {
    std::vector<ItemPtr> parts;
    for (const char* name : {"Den", "Living Room"}) {
      Item item;
      item.key = item.server_name = name;
      item.poster_url = ImageUrl(name, fmt::format("/poster of {}", name), "1");
      item.background_url = ImageUrl(name, "/back", "2");
      parts.push_back(MakePlaylistItem(item));
    }
    substitutes_.Replace({MakePlaylistItem(parts[0]->item, parts)});
    plex_.header.validator = "p1";
    server_.header.validator = "j1";
  }
  absl::Status FetchPoster(const ArtworkQuery& query = {}) {
    sink_ = {};
    return substituting_.Fetch(AtSource{.source = "Den", .path = "/poster of Den"}, query, {},
                               sink_);
  }

  ArtworkSubstitutes substitutes_;
  ArtworkFetcher substituting_{
      active_sources_, covers_, metrics_, {.substitutes = &substitutes_, .clock = &clock_}};
};

TEST_F(SubstitutingTest, UsesOnlyTheFirstSourceWhileItWorks) {
  ASSERT_TRUE(FetchPoster().ok());
  EXPECT_EQ(sink_.header.validator, "p1");
  EXPECT_TRUE(server_.asked.empty());
}

TEST_F(SubstitutingTest, SendsAMarkedSubstituteWhenTheFirstSourceFails) {
  for (const absl::Status& trouble :
       {absl::UnavailableError("away"), absl::NotFoundError("none"),
        absl::DeadlineExceededError("slow"), absl::FailedPreconditionError("html")}) {
    plex_.status = trouble;
    ASSERT_TRUE(FetchPoster().ok()) << trouble;
    EXPECT_EQ(sink_.header.validator, "substitute:j1");
    EXPECT_EQ(sink_.bytes, server_.body);
    EXPECT_EQ(server_.asked.back().path, "/poster of Living Room");
  }
}

TEST_F(SubstitutingTest, RevalidatesASubstituteAtItsSourceAndReplacesItLater) {
  plex_.status = absl::UnavailableError("away");
  server_.header.not_modified = true;
  ASSERT_TRUE(FetchPoster({.if_validator = "substitute:j1"}).ok());
  EXPECT_TRUE(sink_.header.not_modified);
  EXPECT_EQ(server_.asked.back().if_validator, "j1");

  plex_.status = absl::OkStatus();
  ASSERT_TRUE(FetchPoster({.if_validator = "substitute:j1"}).ok());
  EXPECT_EQ(sink_.header.validator, "p1");
  EXPECT_EQ(plex_.asked.back().if_validator, "");
}

TEST_F(SubstitutingTest, ReturnsTheFirstErrorWhenAllSourcesFail) {
  plex_.status = absl::NotFoundError("no such image");
  server_.status = absl::UnavailableError("away");
  EXPECT_TRUE(absl::IsNotFound(FetchPoster()));
  EXPECT_EQ(sink_.headers, 0);
}

TEST_F(SubstitutingTest, DoesNotMixImagesAndDoesNotSubstituteMedia) {
  plex_.body = std::string("\xFF\xD8\xFF\xE0");
  plex_.header.content_bytes = 100;  // the body is shorter
  EXPECT_FALSE(FetchPoster().ok());
  EXPECT_TRUE(server_.asked.empty());
  plex_.status = absl::UnavailableError("away");
  EXPECT_FALSE(FetchPoster({.kind = ArtworkKind::kMedia}).ok());
  EXPECT_TRUE(server_.asked.empty());
}

}  // namespace
}  // namespace marquee::playlist
