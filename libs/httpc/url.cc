#include "libs/httpc/url.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>
#include <memory>

namespace marquee::httpc {
namespace {

struct FreeCurlUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

absl::StatusOr<Url> Url::Parse(std::string_view text) {
  const std::unique_ptr<CURLU, FreeCurlUrl> parsed(curl_url());
  // curl stops reading at a NUL; the text after it must not be ignored.
  if (parsed == nullptr || text.find('\0') != std::string_view::npos ||
      curl_url_set(parsed.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return absl::InvalidArgumentError("not an absolute URL such as http://10.0.0.5:8096");
  }
  Url url;
  url.scheme = Part(parsed.get(), CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https") {
    return absl::InvalidArgumentError("only http:// and https:// URLs are fetched");
  }
  if (!Part(parsed.get(), CURLUPART_USER).empty() ||
      !Part(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return absl::InvalidArgumentError(
        "the URL contains a user name or password; set the credentials in their own settings");
  }
  url.host = Part(parsed.get(), CURLUPART_HOST);
  for (char& c : url.host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const std::string port = Part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), url.port);
  url.path = Part(parsed.get(), CURLUPART_PATH);
  url.query = Part(parsed.get(), CURLUPART_QUERY);
  if (url.host.empty() || url.port == 0) {
    return absl::InvalidArgumentError("the URL has no host, or port 0");
  }
  return url;
}

std::string Url::Origin() const {
  const bool own_port = port == (scheme == "https" ? 443 : 80);
  return own_port ? fmt::format("{}://{}", scheme, host)
                  : fmt::format("{}://{}:{}", scheme, host, port);
}

std::string Url::ToString() const {
  return query.empty() ? Origin() + path : fmt::format("{}{}?{}", Origin(), path, query);
}

std::string Url::DebugString() const {
  return query.empty() ? Origin() + path : fmt::format("{}{}?…", Origin(), path);
}

std::string Url::HostAndPort() const { return fmt::format("{}:{}", host, port); }

std::string PercentEncode(std::string_view text, std::string_view keep) {
  std::string out;
  out.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    if (IsUnreserved(c) || keep.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace marquee::httpc
