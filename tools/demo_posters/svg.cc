#include "tools/demo_posters/svg.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace marquee::demo {
namespace {

std::string Stops(std::initializer_list<Stop> stops) {
  std::string out;
  for (const Stop& stop : stops) {
    out += fmt::format(R"svg(<stop offset="{:.3f}" stop-color="{}" stop-opacity="{:.3f}"/>)svg",
                       stop.at, stop.colour, stop.opacity);
  }
  return out;
}

int Channel(std::string_view colour, size_t index) {
  int value = 0;
  const std::string_view hex = colour.substr(1 + 2 * index, 2);
  std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  return value;
}

}  // namespace

Svg& Svg::LinearGradient(std::string_view id, double angle, std::initializer_list<Stop> stops) {
  const double radians = angle * std::numbers::pi / 180;
  const double dx = std::cos(radians) / 2;
  const double dy = std::sin(radians) / 2;
  defs_ += fmt::format(
      R"svg(<linearGradient id="{}" x1="{:.4f}" y1="{:.4f}" x2="{:.4f}" y2="{:.4f}">{}</linearGradient>)svg",
      id, 0.5 - dx, 0.5 - dy, 0.5 + dx, 0.5 + dy, Stops(stops));
  return *this;
}

Svg& Svg::RadialGradient(std::string_view id, Point centre, double radius,
                         std::initializer_list<Stop> stops) {
  defs_ += fmt::format(
      R"svg(<radialGradient id="{}" cx="{:.3f}" cy="{:.3f}" r="{:.3f}">{}</radialGradient>)svg", id,
      centre.x, centre.y, radius, Stops(stops));
  return *this;
}

Svg& Svg::Blur(std::string_view id, double sigma_px) {
  defs_ += fmt::format(
      R"svg(<filter id="{}" x="-1" y="-1" width="3" height="3"><feGaussianBlur stdDeviation="{:.1f}"/></filter>)svg",
      id, sigma_px);
  return *this;
}

Svg& Svg::Fill(std::string_view paint) { return Rect(0, 0, width_, height_, paint); }

Svg& Svg::Rect(double x, double y, double w, double h, std::string_view paint, double opacity,
               double corner) {
  return Add(
      R"svg(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{:.1f}" fill="{}" fill-opacity="{:.3f}"/>)svg",
      x, y, w, h, corner, paint, opacity);
}

Svg& Svg::Circle(Point centre, double r, std::string_view paint, double opacity) {
  return Add(
      R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="{}" fill-opacity="{:.3f}"/>)svg",
      centre.x, centre.y, r, paint, opacity);
}

Svg& Svg::Ring(Point centre, double r, std::string_view colour, double width, double opacity) {
  return Add(
      R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" fill="none" stroke="{}" stroke-width="{:.1f}" stroke-opacity="{:.3f}"/>)svg",
      centre.x, centre.y, r, colour, width, opacity);
}

Svg& Svg::Path(std::string_view d, std::string_view paint, double opacity) {
  return Add(R"svg(<path d="{}" fill="{}" fill-opacity="{:.3f}"/>)svg", d, paint, opacity);
}

Svg& Svg::Stroke(std::string_view d, std::string_view colour, double width, double opacity) {
  return Add(
      R"svg(<path d="{}" fill="none" stroke="{}" stroke-width="{:.1f}" stroke-opacity="{:.3f}" stroke-linecap="round" stroke-linejoin="round"/>)svg",
      d, colour, width, opacity);
}

Svg& Svg::Open(std::string_view attributes) { return Add("<g {}>", attributes); }

Svg& Svg::Close() { return Add("</g>"); }

std::string Svg::Finish() const {
  return fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}"><defs>{2}</defs>{3}</svg>)svg",
      width_, height_, defs_, body_);
}

std::string Svg::Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Mix(std::string_view a, std::string_view b, double t) {
  const auto channel = [&](size_t index) {
    const double from = Channel(a, index);
    return std::clamp(static_cast<int>(std::lround(from + (Channel(b, index) - from) * t)), 0, 255);
  };
  return fmt::format("#{:02x}{:02x}{:02x}", channel(0), channel(1), channel(2));
}

}  // namespace marquee::demo
