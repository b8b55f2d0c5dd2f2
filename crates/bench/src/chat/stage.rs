//! Where the chat takes place: a program of our own on a fresh folder, or one that runs.

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::company::{Company, InboxPlace};
use crate::http::{Place, Request, once};
use crate::program::{Launch, Program};

/// A company on a program.
pub struct Stage {
    /// The company.
    pub company: Company,
    own: Option<Own>,
    /// What tells this run from others on the same installation.
    run: String,
}

/// A program that was started for the benchmark.
struct Own {
    launch: Launch,
    program: Option<Program>,
    _folder: TempDir,
}

impl Stage {
    /// On a program of its own.
    pub async fn set_up(folder: TempDir) -> Result<Self> {
        let binary = std::env::current_exe().context("cannot find this program")?;
        let launch = Launch::new(&binary, folder.path());
        let program = launch.start()?;
        let company = Company::set_up(program.address).await?;
        Ok(Self {
            company,
            own: Some(Own {
                launch,
                program: Some(program),
                _folder: folder,
            }),
            run: String::new(),
        })
    }

    /// On a program that runs.
    pub async fn at(url: &str, token: Option<&str>) -> Result<Self> {
        let place = Place::parse(url)?;
        let asked = once(place.clone(), Request::new("GET", "/api/v1/setup")).await?;
        let is_fresh = asked.success()?["needed"] == true;
        let company = match token {
            Some(token) => Company::known(place, token),
            None if is_fresh => Company::set_up(place).await?,
            None => bail!(
                "this installation has a company already: give a personal token of its \
                 administrator with --token or ZHIYIN_BENCH_TOKEN"
            ),
        };
        Ok(Self {
            company,
            own: None,
            run: format!("{}-", std::process::id()),
        })
    }

    /// The process of the program, if it is ours.
    pub fn process(&self) -> Option<u32> {
        Some(self.own.as_ref()?.program.as_ref()?.id())
    }

    /// A name no other run has used.
    pub fn name(&self, of: &str) -> String {
        format!("{of}{}", self.run)
    }

    /// A new inbox.
    pub async fn inbox(&self) -> Result<InboxPlace> {
        self.company.inbox(&format!("Benchmark {}", self.run)).await
    }

    /// Stops a program of our own and starts it again, so that nothing is left in its
    /// memory of what it did before.
    pub fn restart(&mut self) -> Result<()> {
        let Some(own) = &mut self.own else {
            return Ok(());
        };
        if let Some(program) = own.program.take()
            && !program.stop()?.success()
        {
            bail!("the program does not stop in order");
        }
        let program = own.launch.start()?;
        self.company.place = program.address.into();
        own.program = Some(program);
        Ok(())
    }

    /// Stops a program of our own.
    pub fn end(self) -> Result<()> {
        let program = self.own.and_then(|own| own.program);
        match program.map(Program::stop).transpose()? {
            Some(status) if !status.success() => bail!("the program does not stop in order"),
            Some(_) | None => Ok(()),
        }
    }
}
