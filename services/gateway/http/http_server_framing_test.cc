// Requests whose end two parsers could place differently (request smuggling), written byte by byte.
// Each is rejected, the connection is closed, and the request hidden behind it is not parsed (RFC
// 9112 sections 2.2, 3.2, 5, 6, 7.1 and 11.2).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/gateway/http/http_server_fixture.h"
#include "services/gateway/testing/raw_client.h"

namespace marquee::gateway {
namespace {

struct FramingCase {
  const char* name;
  int status;
  std::string bytes;  // a hidden request is sent after these
};

std::string Post(const std::string& fields, const std::string& body = "") {
  return "POST /first HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}
std::string Chunked(const std::string& body) {
  return Post("Transfer-Encoding: chunked\r\n", body);
}
std::string WithNul(std::string text) {
  text[text.find('@')] = '\0';
  return text;
}

class FramingFault : public HttpServerTest, public ::testing::WithParamInterface<FramingCase> {};
TEST_P(FramingFault, IsRejectedAndConnectionClosed) {
  Start();
  RawClient client(address_);

  client.Send(GetParam().bytes + "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n");

  const auto answer = client.ReadAnswer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, GetParam().status) << answer->head << answer->body;
  EXPECT_EQ(answer->Field("Connection"), "close");
  EXPECT_EQ(client.ReadToEnd(), "") << "the hidden request was answered";
}

INSTANTIATE_TEST_SUITE_P(
    HttpServer, FramingFault,
    ::testing::Values(
        // Transfer-Encoding
        FramingCase{"UnknownCoding", 400, Post("Transfer-Encoding: xchunked\r\n")},
        FramingCase{"ChunkedNotLast", 400, Post("Transfer-Encoding: chunked, identity\r\n")},
        FramingCase{"Identity", 400, Post("Transfer-Encoding: identity\r\n")},
        FramingCase{"EmptyCoding", 400, Post("Transfer-Encoding:\r\n")},
        FramingCase{"ChunkedTwice", 400,
                    Post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
        FramingCase{
            "CodingTwice", 400,
            Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        FramingCase{
            "CodingTwiceOther", 400,
            Post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        FramingCase{"TrailingComma", 400, Post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n")},
        FramingCase{"QuotedChunked", 400, Post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")},
        FramingCase{"ChunkedWithParameter", 400,
                    Post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")},
        FramingCase{"VerticalTab", 400,
                    Post("Transfer-Encoding: \x0b"
                         "chunked\r\n",
                         "0\r\n\r\n")},
        FramingCase{"GzipChunked", 501, Post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
        FramingCase{"CodingFolded", 400, Post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")},
        FramingCase{"CodingInHttp10", 400,
                    "POST /first HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n0\r\n\r\n"},
        // Content-Length
        FramingCase{"BothFields", 400,
                    Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        FramingCase{"BothFieldsReversed", 400,
                    Post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        FramingCase{"UnknownCodingAndLength", 400,
                    Post("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n", "abc")},
        FramingCase{"LengthTwice", 400, Post("Content-Length: 1\r\nContent-Length: 1\r\n", "a")},
        FramingCase{"LengthsDiffer", 400, Post("Content-Length: 1\r\nContent-Length: 2\r\n", "a")},
        FramingCase{"LengthList", 400, Post("Content-Length: 1, 1\r\n", "a")},
        FramingCase{"LengthPlus", 400, Post("Content-Length: +1\r\n", "a")},
        FramingCase{"LengthMinus", 400, Post("Content-Length: -1\r\n")},
        FramingCase{"LengthHex", 400, Post("Content-Length: 0x1\r\n", "a")},
        FramingCase{"LengthSpace", 400, Post("Content-Length: 1 1\r\n", "a")},
        FramingCase{"LengthPoint", 400, Post("Content-Length: 1.0\r\n", "a")},
        FramingCase{"LengthEmpty", 400, Post("Content-Length:\r\n")},
        FramingCase{"LengthHuge", 413, Post("Content-Length: 18446744073709551617\r\n", "a")},
        FramingCase{"LengthAboveLimit", 413, Post("Content-Length: 1048577\r\n")},
        // Chunks
        FramingCase{"ChunkPlus", 400, Chunked("+1\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkMinus", 400, Chunked("-1\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkHexMark", 400, Chunked("0x1\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkEmpty", 400, Chunked("\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkOverflow", 400, Chunked("10000000000000001\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkLarge", 413, Chunked("FFFFFFFFFFFFFFFF\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkTooLong", 400, Chunked("1\r\nab\r\n0\r\n\r\n")},
        FramingCase{"ChunkTooShort", 400, Chunked("3\r\nab\r\n0\r\n\r\n")},
        FramingCase{"ChunkBareLf", 400, Chunked("1\na\n0\n\n\r\n\r\n")},
        FramingCase{"ChunkBareCr", 400, Chunked("1\rX\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkExtensionLf", 400, Chunked("1;a=\"\n\"\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkExtensionFault", 400, Chunked("1;=\r\na\r\n0\r\n\r\n")},
        FramingCase{"ChunkExtensionsLarge", 400,
                    Chunked("1;x=" + std::string(5000, 'a') + "\r\na\r\n0\r\n\r\n")},
        FramingCase{"TrailerLf", 400, Chunked("0\r\nX: 1\nY: 2\r\n\r\n")},
        FramingCase{"TrailerLength", 400, Chunked("0\r\nContent-Length: 5\r\n\r\n")},
        // Lines
        FramingCase{"BareLf", 400, "GET /first HTTP/1.1\nHost: x\n\n"},
        FramingCase{"BareLfInFields", 400, "GET /first HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"},
        FramingCase{"BareCr", 400, "GET /first HTTP/1.1\r\nHost: x\rX: y\r\n\r\n"},
        FramingCase{"BareCrWithoutEnd", 400, "GET /first HTTP/1.1\rHost: x\r"},
        FramingCase{"SpaceBeforeColon", 400, Post("Content-Length : 3\r\n", "abc")},
        FramingCase{"TabBeforeColon", 400, Post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")},
        FramingCase{"FoldedField", 400, Post("X: a\r\n b\r\n")},
        FramingCase{"FoldedByTab", 400, Post("X: a\r\n\tb\r\n")},
        FramingCase{"FoldAfterRequestLine", 400, "GET /first HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n"},
        FramingCase{"NoColon", 400, Post("X\r\n")}, FramingCase{"NoName", 400, Post(": x\r\n")},
        FramingCase{"NulInName", 400, WithNul(Post("X@Y: x\r\n"))},
        FramingCase{"NulInValue", 400, WithNul(Post("X: a@b\r\n"))},
        FramingCase{"NulInTarget", 400, WithNul("GET /fi@rst HTTP/1.1\r\nHost: x\r\n\r\n")},
        FramingCase{"ControlInValue", 400, Post("X: a\x01\r\n")},
        FramingCase{"DeleteInValue", 400, Post("X: a\x7f\r\n")},
        FramingCase{"NotAsciiInName", 400, Post("X\xe9: a\r\n")},
        FramingCase{"TooManyEmptyLines", 400,
                    "\r\n\r\n\r\n\r\n\r\n\r\nGET /first HTTP/1.1\r\nHost: x\r\n\r\n"},
        FramingCase{"EmptyLineOfLf", 400, "\nGET /first HTTP/1.1\r\nHost: x\r\n\r\n"},
        // Request line, Host and target
        FramingCase{"NoHost", 400, "GET /first HTTP/1.1\r\n\r\n"},
        FramingCase{"HostTwice", 400, "GET /first HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"},
        FramingCase{"HostTwiceInHttp10", 400,
                    "GET /first HTTP/1.0\r\nConnection: keep-alive\r\nHost: x\r\nHost: y\r\n\r\n"},
        FramingCase{"HostWithPath", 400, "GET /first HTTP/1.1\r\nHost: x/y\r\n\r\n"},
        FramingCase{"HostWithUser", 400, "GET /first HTTP/1.1\r\nHost: a@x\r\n\r\n"},
        FramingCase{"HostList", 400, "GET /first HTTP/1.1\r\nHost: x, y\r\n\r\n"},
        FramingCase{"HostPort", 400, "GET /first HTTP/1.1\r\nHost: x:80a\r\n\r\n"},
        FramingCase{"HostBracket", 400, "GET /first HTTP/1.1\r\nHost: [::1\r\n\r\n"},
        FramingCase{"AbsoluteWithUser", 400, "GET http://a@x/first HTTP/1.1\r\nHost: x\r\n\r\n"},
        FramingCase{"AbsoluteWithoutHost", 400, "GET http:///first HTTP/1.1\r\nHost: x\r\n\r\n"},
        FramingCase{"OtherScheme", 400, "GET ftp://x/first HTTP/1.1\r\nHost: x\r\n\r\n"},
        FramingCase{"AuthorityForm", 400, "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n"},
        FramingCase{"TwoSpaces", 400, "GET  /first HTTP/1.1\r\nHost: x\r\n\r\n"},
        FramingCase{"SpaceInTarget", 400, "GET /fi rst HTTP/1.1\r\nHost: x\r\n\r\n"},
        FramingCase{"NoVersion", 400, "GET /first\r\nHost: x\r\n\r\n"},
        FramingCase{"LowerCaseVersion", 400, "GET /first http/1.1\r\nHost: x\r\n\r\n"},
        FramingCase{"SpaceAtTheEnd", 400, "GET /first HTTP/1.1 \r\nHost: x\r\n\r\n"},
        FramingCase{"UnknownExpectation", 417,
                    Post("Expect: 200-ok\r\nContent-Length: 1\r\n", "a")}),
    [](const ::testing::TestParamInfo<FramingCase>& info) { return info.param.name; });

// The result does not depend on how the bytes are split.
TEST_F(HttpServerTest, RejectsInvalidFramingSentByteByByte) {
  Start();
  RawClient client(address_);
  for (const char byte :
       std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n")) {
    client.Send(std::string(1, byte));
  }
  EXPECT_EQ(client.ReadAnswer()->status, 400);
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(HttpServerTest, AcceptsUnusualButValidRequests) {
  Start();
  const std::vector<std::string> requests{
      "\r\nGET /first HTTP/1.1\r\nHost: x\r\n\r\n",
      "\r\n\r\nGET /first HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /first HTTP/1.1\r\nHost:x\t \r\nX:\r\n\r\n",
      "GET /first HTTP/1.1\r\nHost:\r\n\r\n",
      "GET /first HTTP/1.1\r\nHost: [fe80::1%25eth0]:4000\r\n\r\n",
      "GET /first HTTP/1.1\r\nHOST: m\xc3\xbc.local:80\r\nX: caf\xe9\r\n\r\n",
      "GET http://wall.example:4000/first HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 0000\r\n\r\n",
      "POST /first HTTP/1.1\r\nHost: x\r\ntransfer-encoding: \t ChUnKeD \r\n\r\n"
      "0;name=\"va\\\"lue\";other\r\nX-Trailer: 1\r\n\r\n",
  };
  for (const auto& request : requests) {
    RawClient client(address_);
    client.Send(request + "GET /second HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto first = client.ReadAnswer();
    ASSERT_TRUE(first) << request;
    EXPECT_EQ(first->body, "/first|") << request;
    const auto second = client.ReadAnswer();
    ASSERT_TRUE(second) << request;
    EXPECT_EQ(second->body, "/second|") << request;
  }
}

TEST_F(HttpServerTest, IgnoresEmptyLineBetweenRequests) {
  Start();
  RawClient client(address_);

  client.Send("GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer()->body, "/one|");
  client.Send("\r\n");
  client.Send("GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer()->body, "/one|");
  client.Send("\r");
  client.Send("\nGET /one HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer()->body, "/one|");
}

TEST_F(HttpServerTest, AbsoluteFormOverridesHostField) {
  Start();
  RawClient client(address_);
  client.Send("GET http://real.example:81/host?a=b HTTP/1.1\r\nHost: other.example\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer()->body, "real.example:81");
  client.Send("GET http://real.example?a=b HTTP/1.1\r\nHost: other.example\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer()->body, "/|");
}

TEST_F(HttpServerTest, DropsTrailerFields) {
  Start();
  RawClient client(address_);

  client.Send(
      "POST /headers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nX-One: head\r\n"
      "Trailer: X-API-Key\r\n\r\n2\r\nab\r\n0\r\nX-API-Key: secret\r\nX-Forwarded-For: 10.0.0.1\r\n"
      "X-One: trailer\r\nHost: evil\r\nAuthorization: Bearer secret\r\nConnection: close\r\n"
      "Cookie: a=b\r\n\r\n");

  const auto answer = client.ReadAnswer();
  EXPECT_EQ(answer->body, "Host=x;Transfer-Encoding=chunked;X-One=head;Trailer=X-API-Key;|ab");
  EXPECT_EQ(answer->Field("Connection"), "keep-alive");
}

}  // namespace
}  // namespace marquee::gateway
