// SPDX-License-Identifier: MIT
#pragma once

// A view as it is written: x[1:9, newaxis], transpose(x). Slices are in brackets, as Python has them.

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <tutti/core/view_map.hpp>

TUTTI_NAMESPACE_BEGIN

namespace plan {

using any_view_map = view_map<dynamic_rank, dynamic_rank>;

namespace detail {

/// "1:9:2": `extent` elements of an axis of `whole`, from `start` in steps of `step`.
inline std::string slice_text(index start, index step, index extent, index whole) {
  if (extent <= 1) step = 1;
  const index end = start + (extent - 1) * step + (step > 0 ? 1 : -1);
  const bool from_first = start == (step > 0 ? 0 : whole - 1), to_last = step > 0 ? end + step > whole : end < 0;
  std::string text = from_first ? ":" : std::to_string(start) + ":";
  if (!to_last || (extent == 0 && whole > 0)) text += std::to_string(end);
  return step == 1 ? text : text + ":" + std::to_string(step);
}

inline std::string bracketed(const std::string& name, const std::vector<std::string>& axes) {
  bool whole = true;
  std::string list;
  for (const std::string& a : axes) {
    whole = whole && a == ":";
    list += (list.empty() ? "" : ", ") + a;
  }
  return whole ? name : name + "[" + list + "]";
}

} // namespace detail

/// What a view of something of shape `whole`, which is written as `name`, is written as.
inline std::string view_text(std::string name, const index_list<>& whole, any_view_map map) {
  const auto is_fresh = [&](index i) { return map[i].source == view_axis::fresh; };
  const auto first_with = [&](index source) {
    index i = 0;
    while (i < map.rank && map[i].source != source) ++i;
    return i;
  };
  // Axes at the end that walk along a source once more are those of windows.
  index_list<> windows;
  while (map.rank > 0 && !is_fresh(map.rank - 1) && first_with(map[map.rank - 1].source) < map.rank - 1) {
    const view_axis window = map[--map.rank];
    map[first_with(window.source)].extent += window.extent - 1;
    windows.push_back(window.extent);
  }
  std::reverse(windows.begin(), windows.end());
  bool ordered = true, stretched = false;
  index_list<> sources; // of the axes, without new ones
  for (index i = 0; i < map.rank; ++i) {
    stretched = stretched || (is_fresh(i) && map[i].extent > 1);
    if (is_fresh(i)) continue;
    ordered = ordered && (sources.empty() || sources.back() < map[i].source);
    sources.push_back(map[i].source);
  }

  // First what is taken of each axis of the source, with new axes between them where these are in order.
  std::vector<std::string> axes;
  index at = 0;
  const auto add_fresh = [&] {
    for (; ordered && at < map.rank && is_fresh(at); ++at) axes.push_back("newaxis");
  };
  for (index a = 0; a < whole.size(); ++a) {
    const index i = first_with(a);
    if (i < map.rank) {
      add_fresh();
      axes.push_back(detail::slice_text(map.start[a], map[i].step, map[i].extent, whole[a]));
      ++at;
    } else if (ordered && whole[a] == 1 && at < map.rank && is_fresh(at)) {
      axes.push_back(":"); // an axis of one element, which may be stretched
      ++at;
    } else {
      axes.push_back(std::to_string(map.start[a]));
    }
  }
  add_fresh();
  name = detail::bracketed(name, axes);

  if (!ordered) {
    index_list<> sorted = sources;
    std::sort(sorted.begin(), sorted.end());
    const bool reversed = std::equal(sorted.begin(), sorted.end(), std::make_reverse_iterator(sources.end()));
    name = (reversed ? "transpose(" : "permute(") + name;
    for (const index source : sources)
      if (!reversed)
        name += ", " + std::to_string(std::lower_bound(sorted.begin(), sorted.end(), source) - sorted.begin());
    name += ")";
    axes.clear();
    for (index i = 0; i < map.rank; ++i) axes.push_back(is_fresh(i) ? "newaxis" : ":");
    name = detail::bracketed(name, axes);
  }
  if (stretched) name = "broadcast_to(" + name + ", " + to_string(map.shape()) + ")";
  if (!windows.empty()) name = "sliding_window_view(" + name + ", " + to_string(windows) + ")";
  return name;
}

} // namespace plan

TUTTI_NAMESPACE_END
