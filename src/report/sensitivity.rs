//! Sensitivity for people: bars, crossings, shares.

use std::fmt::Write as _;

use super::table::Table;
use super::wrap::wrap;
use crate::whatif::{
    BreakEven, BreakEvenAgainst, BreakEvenLine, Estimate, How, Indices, Input, Sort, Subject, Tornado,
};

/// How wide a bar is at least and at most.
const BAR: (usize, usize) = (11, 41);
/// What the other columns of a tornado take about.
const BESIDE: usize = 72;

/// A tornado, to be read.
pub fn tornado_text(tornado: &Tornado, width: usize) -> String {
    let mut out = head(&tornado.subject, &tornado.how, width);
    let sort = tornado.subject.sort;
    let question = format!(
        "as the scenario stands: {}; each assumption alone, from the low to the high end of its range",
        banded(sort, &tornado.base)
    );
    lines(&mut out, &question, width);
    out.push('\n');
    let (moving, still): (Vec<_>, Vec<_>) = tornado.bars.iter().partition(|bar| bar.reach > 0.0);
    let ends = moving
        .iter()
        .flat_map(|bar| [bar.change_low.value, bar.change_high.value]);
    let (least, greatest) = ends.fold((0.0_f64, 0.0_f64), |(least, greatest), end| {
        (least.min(end), greatest.max(end))
    });
    let bar_width = width.saturating_sub(BESIDE).clamp(BAR.0, BAR.1);
    let mut table = Table::new([
        "assumption",
        "is",
        "low..high",
        "at low",
        "at high",
        "low ░  █ high",
    ])
    .right(3)
    .right(4);
    for bar in &moving {
        let drawn = draw(
            bar.change_low.value,
            bar.change_high.value,
            (least, greatest),
            bar_width,
        );
        table.row([
            bar.input.target.clone(),
            bar.input.value.clone().unwrap_or_default(),
            range(&bar.input),
            figure(sort, bar.at_low.value),
            figure(sort, bar.at_high.value),
            drawn,
        ]);
    }
    if !table.is_empty() {
        out.push_str(&table.render(width));
    }
    let still: Vec<String> = still.iter().map(|bar| bar.input.target.clone()).collect();
    names(&mut out, "no difference at either end", &still, width);
    unread(&mut out, &tornado.unread, width);
    if let How::Sampled { .. } = tornado.how {
        let told = moving.iter().map(|bar| {
            let (low, high) = (bar.change_low, bar.change_high);
            if low.value.abs() > high.value.abs() {
                low
            } else {
                high
            }
        });
        let unsure = told
            .zip(&moving)
            .filter(|(change, _)| {
                change
                    .interval
                    .is_some_and(|(low, high)| low <= 0.0 && high >= 0.0)
            })
            .map(|(_, bar)| bar.input.target.clone());
        let unsure: Vec<String> = unsure.collect();
        names(
            &mut out,
            "too small for this sample to tell from none",
            &unsure,
            width,
        );
    }
    out
}

/// Where the outcome turns, to be read.
pub fn break_even_text(found: &BreakEven, width: usize) -> String {
    let mut out = head(&found.subject, &found.how, width);
    let sort = found.subject.sort;
    let question = match &found.against {
        BreakEvenAgainst::Threshold(threshold) => {
            let is = Estimate {
                value: found.margin.value + threshold,
                interval: found
                    .margin
                    .interval
                    .map(|(low, high)| (low + threshold, high + threshold)),
            };
            format!(
                "as the scenario stands: {}; where does it cross {}, each assumption alone?",
                banded(sort, &is),
                figure(sort, *threshold)
            )
        }
        BreakEvenAgainst::Variant(id) => format!(
            "as the scenario stands: {} against `{id}`; where do the two change places, each assumption alone?",
            margin(sort, &found.margin)
        ),
    };
    lines(&mut out, &question, width);
    out.push('\n');
    let (crossing, never): (Vec<_>, Vec<_>) = found.lines.iter().partition(|line| !line.crossings.is_empty());
    let mut table = Table::new(["assumption", "is", "low..high", "crosses at", ""]);
    for line in &crossing {
        for (place, crossing) in line.crossings.iter().enumerate() {
            let first = place == 0;
            let cell = |text: String| if first { text } else { String::new() };
            let direction = match (&found.against, crossing.rises) {
                (BreakEvenAgainst::Threshold(_), true) => String::from("rising"),
                (BreakEvenAgainst::Threshold(_), false) => String::from("falling"),
                (BreakEvenAgainst::Variant(id), true) => format!("above it `{id}` is less"),
                (BreakEvenAgainst::Variant(id), false) => format!("above it `{id}` is more"),
            };
            let step = match line.input.range.scale.is_continuous() {
                true => String::new(),
                false => format!(", the step after {}", crossing.lower),
            };
            let band = crossing
                .interval
                .as_ref()
                .map_or_else(String::new, |(low, high)| {
                    format!("; sure below {low} and above {high}")
                });
            table.row([
                cell(line.input.target.clone()),
                cell(line.input.value.clone().unwrap_or_default()),
                cell(range(&line.input)),
                crossing.at.clone(),
                format!("{direction}{step}{band}"),
            ]);
        }
    }
    if table.is_empty() {
        lines(&mut out, "nowhere within the range of any assumption", width);
    } else {
        out.push_str(&table.render(width));
    }
    let (still, never): (Vec<_>, Vec<_>) = never
        .into_iter()
        .partition(|line| line.least.value == line.greatest.value && !line.in_doubt);
    let mut table = Table::new(["never within its range", "low..high", "stays between"]);
    for line in &never {
        table.row([
            line.input.target.clone(),
            range(&line.input),
            stays(line, found, sort),
        ]);
    }
    if !table.is_empty() {
        out.push('\n');
        out.push_str(&table.render(width));
    }
    let still: Vec<String> = still.iter().map(|line| line.input.target.clone()).collect();
    names(&mut out, "never, and no difference anywhere", &still, width);
    unread(&mut out, &found.unread, width);
    out
}

/// Which share each assumption explains, to be read.
pub fn indices_text(indices: &Indices, width: usize) -> String {
    let mut out = head(&indices.subject, &indices.how, width);
    let sort = indices.subject.sort;
    let design = format!(
        "{} worlds, {} rows of a scrambled Sobol sequence; again with `--points {}`",
        indices.worlds, indices.rows, indices.rows
    );
    lines(&mut out, &design, width);
    let spread = if indices.variance > 0.0 {
        format!(
            "over all ranges together: {} on average, standard deviation {}",
            figure(sort, indices.mean),
            points(sort, indices.variance.sqrt())
        )
    } else {
        format!(
            "over all ranges together: {}, wherever they stand",
            figure(sort, indices.mean)
        )
    };
    lines(&mut out, &spread, width);
    if let Some(noise) = indices.noise {
        let told = format!(
            "at most {:.1} % of the variance is noise of the samples",
            noise * 100.0
        );
        lines(&mut out, &told, width);
    }
    out.push('\n');
    let (moving, still): (Vec<_>, Vec<_>) = indices.indices.iter().partition(|index| index.total.value > 0.0);
    let mut table = Table::new([
        "assumption",
        "low..high",
        "shape",
        "alone",
        "(95 %)",
        "with others",
        "(95 %)",
    ])
    .right(3)
    .right(5);
    let interval = |estimate: &Estimate| match estimate.interval {
        Some((low, high)) => format!("{low:.2}..{high:.2}"),
        None => String::new(),
    };
    for index in &moving {
        table.row([
            index.input.target.clone(),
            range(&index.input),
            index.input.range.shape.name().to_owned(),
            format!("{:.3}", index.first.value),
            interval(&index.first),
            format!("{:.3}", index.total.value),
            interval(&index.total),
        ]);
    }
    if !table.is_empty() {
        out.push_str(&table.render(width));
    }
    let still: Vec<String> = still.iter().map(|index| index.input.target.clone()).collect();
    names(&mut out, "exactly 0", &still, width);
    unread(&mut out, &indices.unread, width);
    out
}

fn head(subject: &Subject, how: &How, width: usize) -> String {
    let mut out = format!("{}\n", subject.title);
    let says = subject
        .says
        .as_ref()
        .map_or_else(String::new, |says| format!(": {says}"));
    let what = match subject.sort {
        Sort::Truth => "probability of",
        Sort::Number => "mean of",
        Sort::Date => "probability that it comes:",
    };
    lines(&mut out, &format!("{what} `{}`{says}", subject.outcome), width);
    let how = match how {
        How::Exact => String::from("exact at every point"),
        How::Sampled { runs, seed, because } => {
            format!("sampled: {runs} runs at every point with the same draws, seed {seed}, because {because}")
        }
    };
    lines(&mut out, &how, width);
    out
}

fn lines(out: &mut String, text: &str, width: usize) {
    for line in wrap(text, width) {
        let _ = writeln!(out, "{line}");
    }
}

fn names(out: &mut String, what: &str, names: &[String], width: usize) {
    if !names.is_empty() {
        out.push('\n');
        lines(out, &format!("{what}: {}", names.join(", ")), width);
    }
}

fn unread(out: &mut String, unread: &[String], width: usize) {
    names(out, "read by nothing that can happen here", unread, width);
}

/// `0.2..0.9`, `5..30 years`
fn range(input: &Input) -> String {
    let (low, high) = (&input.range.low, &input.range.high);
    let unit = |text: &str| {
        text.split_once(' ')
            .map(|(count, unit)| (count.to_owned(), unit.trim_end_matches('s').to_owned()))
    };
    match (unit(low), unit(high)) {
        (Some((count, one)), Some((_, other))) if one == other => format!("{count}..{high}"),
        _ => format!("{low}..{high}"),
    }
}

/// A figure in per cent, or with two decimals.
fn figure(sort: Sort, value: f64) -> String {
    match sort {
        Sort::Truth | Sort::Date => format!("{:.1} %", value * 100.0),
        Sort::Number => format!("{value:.2}"),
    }
}

/// A difference or deviation: of probabilities in points.
fn points(sort: Sort, value: f64) -> String {
    match sort {
        Sort::Truth | Sort::Date => format!("{:.1} points", value * 100.0),
        Sort::Number => format!("{value:.2}"),
    }
}

fn banded(sort: Sort, estimate: &Estimate) -> String {
    match estimate.interval {
        None => figure(sort, estimate.value),
        Some((low, high)) => format!(
            "{} ({} to {})",
            figure(sort, estimate.value),
            figure(sort, low),
            figure(sort, high)
        ),
    }
}

/// A difference with its sign and band.
fn margin(sort: Sort, estimate: &Estimate) -> String {
    let (unit, scale) = match sort {
        Sort::Truth | Sort::Date => (" points", 100.0),
        Sort::Number => ("", 1.0),
    };
    let digits = if scale > 1.0 { 1 } else { 2 };
    let told = |value: f64| format!("{:+.digits$}", value * scale);
    match estimate.interval {
        None => format!("{}{unit}", told(estimate.value)),
        Some((low, high)) => format!("{} ({} to {}){unit}", told(estimate.value), told(low), told(high)),
    }
}

fn stays(line: &BreakEvenLine, found: &BreakEven, sort: Sort) -> String {
    let doubt = if line.in_doubt {
        "; the sample cannot rule a crossing out"
    } else {
        ""
    };
    match found.against {
        BreakEvenAgainst::Threshold(threshold) => format!(
            "{} and {}{doubt}",
            figure(sort, line.least.value + threshold),
            figure(sort, line.greatest.value + threshold)
        ),
        BreakEvenAgainst::Variant(_) => format!(
            "{} and {}{doubt}",
            margin(sort, &Estimate::exact(line.least.value)),
            margin(sort, &Estimate::exact(line.greatest.value))
        ),
    }
}

/// A bar about the line of no change. It holds no blanks, at which cells are broken.
fn draw(low: f64, high: f64, (least, greatest): (f64, f64), width: usize) -> String {
    let span = greatest - least;
    let place = |at: f64| -> usize {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a column of a bar"
        )]
        let place = ((at - least) / span * (width - 1) as f64).round() as usize;
        place
    };
    let middle = place(0.0);
    (0..width)
        .map(|column| {
            let within = |end: f64| {
                let end = place(end);
                column >= end.min(middle) && column <= end.max(middle)
            };
            match (column == middle, within(low), within(high)) {
                (true, ..) => '│',
                // Both ends on one side: the nearer is drawn over the farther.
                (_, true, true) if low.abs() < high.abs() => '░',
                (_, _, true) => '█',
                (_, true, false) => '░',
                _ => '·',
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_bar_shows_both_ends_about_the_line_of_no_change() {
        assert_eq!(draw(-0.2, 0.1, (-0.2, 0.2), 9), "░░░░│██··");
        assert_eq!(draw(0.1, 0.2, (-0.2, 0.2), 9), "····│░░██");
        assert_eq!(draw(0.0, 0.0, (-0.2, 0.2), 9), "····│····");
    }
}
