//! The command `demarche`: arguments, exit codes, nothing else.
//!
//! Exit code 0: fine; 1: the scenario's own expectations failed; 2: the input is wrong.

mod check;
mod common;
mod compare;
mod failure;
mod graph;
mod new;
mod outcomes;
mod output;
mod progress;
mod run;
mod schema;
mod search;
mod sensitivity;
mod sources;
mod sweep;
mod sweep_file;
mod test;
mod vocabulary;
mod wanted;
mod why;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;
use output::{Format, Output};

/// Model a negotiation in YAML, work out its consequences day by day with reasons, and ask what if.
#[derive(Debug, Parser)]
#[command(name = "demarche", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Text for people or JSON for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXIT_CODES: &str = "\
Exit codes: 0 fine, 1 the scenario's own expectations failed, 2 the input is wrong.
`demarche COMMAND --help` shows examples.";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Outcomes(outcomes::Outcomes),
    Compare(compare::Compare),
    Sweep(sweep::Sweep),
    Sensitivity(sensitivity::Sensitivity),
    Search(search::Search),
    Why(why::Why),
    Check(check::Check),
    Test(test::Test),
    Graph(graph::Graph),
    Sources(sources::Sources),
    New(new::New),
    Vocabulary(vocabulary::Vocabulary),
    Schema(schema::Schema),
}

/// How a command that could do its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Fine,
    /// The scenario expects something that is not so.
    Unexpected,
    /// A problem that was reported as the command's result.
    Wrong,
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; a closed pipe is none either.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let output = Output::new(cli.format);
    let ended = match cli.command {
        Command::Run(command) => command.go(&output),
        Command::Outcomes(command) => command.go(&output),
        Command::Compare(command) => command.go(&output),
        Command::Sweep(command) => command.go(&output),
        Command::Sensitivity(command) => command.go(&output),
        Command::Search(command) => command.go(&output),
        Command::Why(command) => command.go(&output),
        Command::Check(command) => command.go(&output),
        Command::Test(command) => command.go(&output),
        Command::Graph(command) => command.go(&output),
        Command::Sources(command) => command.go(&output),
        Command::New(command) => command.go(&output),
        Command::Vocabulary(command) => command.go(&output),
        Command::Schema(command) => command.go(&output),
    };
    match ended {
        Ok(Ending::Fine) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Ok(Ending::Unexpected) => ExitCode::from(1),
        Ok(Ending::Wrong) => ExitCode::from(2),
        Err(failure) => {
            output.fail(&failure);
            ExitCode::from(2)
        }
    }
}
