// SPDX-License-Identifier: MIT
#pragma once

// A plan as data: what `explain` gives, and what text, JSON and pictures are made from.

#include <string>
#include <vector>

#include <tutti/core/config.hpp>

TUTTI_NAMESPACE_BEGIN

/// What a stage reads: memory that is there already, or the result of another stage.
struct plan_input {
  std::string name;
  index bytes = 0; // an estimate: each distinct element once
  int stage = 0;   // the number of the stage that makes it; 0 where it is in memory before
  friend bool operator==(const plan_input&, const plan_input&) = default;
};

/// One stage of a plan: a sweep that must finish before the next begins.
struct plan_stage {
  int number = 0;      // in the order of running, from 1
  std::string target;  // where the result goes: the destination's name, or t1, t2, ... for temporaries
  std::string formula; // "target = ..."
  std::string kind;    // how its blocks are cut, or what a barrier is
  std::string type;    // of the result's elements
  std::string loops;   // "1024 x [1024]": outer loops, then what one block is made of
  index elements = 0;  // that the loops run over
  index lanes = 0;     // of a pack; 1 where there are none, 0 where the kernel chooses
  int threads = 1;
  std::string threads_why;
  index fused_reductions = 0;    // that run inside the loops
  index shared = 0;              // reductions equal to one of those: not computed again
  std::vector<std::string> kept; // subexpressions computed once and kept for a second use
  bool kept_in_target = false;   // where the results are written at last
  index kept_bytes = 0;          // else in how much scratch, for each thread; 0: in registers
  index packed = 0;              // operands that go through a buffer, as they are not contiguous along the inner loop
  index strided = 0;             // operands, strided or repeated, that the inner loop puts together itself
  index transposed = 0;          // operands that are transposed tile by tile in the cache
  index converted = 0;           // operands whose elements change their type in the inner loop
  std::vector<std::string> blocking; // of a kernel that cuts for the caches by itself
  std::vector<std::string> panels;   // what is done to each panel of rows, one part after the other
  std::vector<std::string> prologue; // operands that a product computes while it packs them
  std::string epilogue;              // what is done to a product's rows while they are in the cache
  std::vector<std::string> repeated; // expensive subexpressions that are computed more than once
  bool scattered = false;            // the destination is written through a buffer, as it is not contiguous
  int same_as = 0;                   // the number of an earlier stage that computes the same
  bool in_place = false;             // a leaf is the destination
  bool streams = false;              // the destination is written past the caches
  bool temporary = false;            // the result goes to memory of its own
  bool replaces = false;             // the result goes to new memory, which the destination takes over
  index allocated = 0;               // bytes of that memory
  index layouts = 0;                 // arrays in which operands are laid out for the kernel while the stage runs
  index layout_bytes = 0;            // and their size
  index scratch_bytes = 0; // the most that a thread takes of its scratch at a time: packing buffers, kept rows
  index results = 1;       // destinations that one sweep writes, each memory of its own
  std::vector<plan_input> inputs;
  index bytes_read = 0; // estimates: every distinct element once
  index bytes_written = 0;
  double flops = 0;               // an estimate, from the operations' costs
  std::vector<std::string> notes; // why it is a stage of its own
  std::vector<std::string> hints; // what would change that
  double seconds = 0;             // without the stages it reads, where it was measured
  double roofline_share = 0;      // of what this machine could do, where it was measured

  /// How many bytes it moves. Errors: none. Cost: a sum.
  index bytes() const { return bytes_read + bytes_written; }
};

/// Something about a plan that its author may want to change.
struct plan_warning {
  int stage = 0;
  std::string what, advice;
};

/// How a plan is printed.
struct plan_style {
  bool color = false;
  bool warnings = false;
};

/// What an assignment will do. Printing it gives the text of EXPLAIN, in colours where the stream is a terminal.
/// Errors: none. Cost: a walk over the stages, and the text, if any; no tensor is touched.
struct execution_plan {
  std::vector<plan_stage> stages; // in the order of running; the last writes the destination
  int available_threads = 1;
  double seconds = 0; // of the whole assignment, the least of those that were run

  /// How many times the assignment asks for memory that holds an intermediate result or a new one for the destination.
  index temporaries() const {
    index count = 0;
    for (const plan_stage& s : stages) count += s.temporary || s.replaces ? s.results : 0;
    return count;
  }
  /// How many times it asks for memory in all.
  index arrays() const {
    index count = temporaries();
    for (const plan_stage& s : stages) count += s.layouts;
    return count;
  }
  /// How many bytes those of temporaries() have.
  index temporary_bytes() const {
    index sum = 0;
    for (const plan_stage& s : stages) sum += s.allocated;
    return sum;
  }
  /// How many bytes all stages move, an estimate.
  index bytes() const {
    index sum = 0;
    for (const plan_stage& s : stages) sum += s.bytes();
    return sum;
  }
  /// How many operations all stages do, an estimate.
  double flops() const {
    double sum = 0;
    for (const plan_stage& s : stages) sum += s.flops;
    return sum;
  }

  /// What computes something twice, makes a temporary, converts types in the inner loop, packs what is not contiguous, or
  /// runs serially though it is large.
  std::vector<plan_warning> warnings() const;
  /// What printing it gives: the text of EXPLAIN.
  std::string to_text(const plan_style& style = {}) const;
  /// The plan as JSON, for other programs.
  std::string to_json() const;
  /// A graph for Graphviz: stages and the data that flows between them.
  std::string to_dot() const;
  /// A picture that stands alone: stages, data with its sizes, and the roofline. Cost: a walk over the stages; the
  /// first time in a program machine() measures, too.
  std::string to_svg() const;
};

TUTTI_NAMESPACE_END
