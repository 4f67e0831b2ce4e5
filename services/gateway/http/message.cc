#include "services/gateway/http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace marquee::gateway {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> kMethods{{
    {Method::kGet, "GET"},
    {Method::kHead, "HEAD"},
    {Method::kPost, "POST"},
    {Method::kPut, "PUT"},
    {Method::kPatch, "PATCH"},
    {Method::kDelete, "DELETE"},
    {Method::kOptions, "OPTIONS"},
}};

}  // namespace

std::string_view MethodName(Method method) {
  for (const auto& [value, name] : kMethods) {
    if (value == method) return name;
  }
  return "OTHER";
}

Method MethodFromName(std::string_view name) {
  for (const auto& [value, text] : kMethods) {
    if (text == name) return value;
  }
  return Method::kOther;
}

std::optional<std::string> Request::Cookie(std::string_view name) const {
  for (size_t i = 0; i < headers.size(); ++i) {
    if (!EqualsIgnoreCase(headers.name(i), "Cookie")) continue;
    for (std::string_view rest = headers.value(i); !rest.empty();) {
      const auto ends = [](char c) { return c == ';' || c == ','; };
      const auto end =
          static_cast<size_t>(std::find_if(rest.begin(), rest.end(), ends) - rest.begin());
      const std::string_view pair = Trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      std::string_view value = pair.substr(equals + 1);
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      return std::string(value);
    }
  }
  return std::nullopt;
}

std::string Request::id_text() const { return fmt::format("{:016x}", id); }

Bytes MakeBytes(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Response Response::Text(int status, std::string_view content_type, std::string text) {
  return Shared(status, content_type, MakeBytes(std::move(text)));
}

Response Response::Shared(int status, std::string_view content_type, Bytes body) {
  Response response;
  response.status = status;
  response.headers.Add("Content-Type", content_type);
  response.length = body->size();
  response.body = std::move(body);
  return response;
}

Response Response::Redirect(int status, std::string_view location) {
  Response response =
      Text(status, "text/plain; charset=utf-8", fmt::format("Found. Redirecting to {}", location));
  response.headers.Add("Location", location);
  return response;
}

Response Response::Empty(int status) {
  Response response;
  response.status = status;
  return response;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

}  // namespace marquee::gateway
