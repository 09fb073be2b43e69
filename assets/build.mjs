// Builds everything a browser or a letter needs from assets/ into fundapp/static/build/,
// each file named by its content, with manifest.json to find it by its plain name.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import * as sass from 'sass'

const assets = dirname(fileURLToPath(import.meta.url))
const root = dirname(assets)
const modules = join(root, 'node_modules')
const finished = join(root, 'fundapp', 'static', 'build')
const draft = join(modules, `.draft-${process.pid}`)
const manifest = {}

const digest = (...contents) => {
  const hash = createHash('sha256')
  contents.forEach((content) => hash.update(content))
  return hash.digest('hex')
}

function place (name, content) {
  const extension = extname(name)
  const named = `${name.slice(0, -extension.length)}.${digest(content).slice(0, 10)}${extension}`
  mkdirSync(dirname(join(draft, named)), { recursive: true })
  writeFileSync(join(draft, named), content)
  manifest[name] = named
}

// The licence reserves the name "Source", so the pages know these faces as Fundapp Sans and Fundapp Serif.
const screenFonts = {
  'sans-latin': 'source-sans-3-latin-wght-normal',
  'sans-latin-ext': 'source-sans-3-latin-ext-wght-normal',
  'sans-latin-italic': 'source-sans-3-latin-wght-italic',
  'serif-latin': 'source-serif-4-latin-opsz-normal',
  'serif-latin-ext': 'source-serif-4-latin-ext-opsz-normal'
}

function placeFonts () {
  for (const [name, source] of Object.entries(screenFonts)) {
    const family = source.startsWith('source-sans') ? 'source-sans-3' : 'source-serif-4'
    place(`fonts/${name}.woff2`, readFileSync(join(modules, '@fontsource-variable', family, 'files', `${source}.woff2`)))
  }
}

function placeStyles () {
  for (const name of ['app', 'staff']) {
    const { css } = sass.compile(join(assets, 'scss', `${name}.scss`), {
      loadPaths: [modules], style: 'compressed', quietDeps: true
    })
    place(`${name}.css`, css.replace(/fonts\/[a-z-]+\.woff2/g, (font) => manifest[font]))
  }
}

function placeScripts () {
  for (const [name, format] of [['boot', 'iife'], ['app', 'esm']]) {
    const { outputFiles } = esbuild.buildSync({
      entryPoints: [join(assets, 'js', `${name}.js`)],
      bundle: true, minify: true, write: false, format, target: 'es2020', legalComments: 'none'
    })
    place(`${name}.js`, outputFiles[0].contents)
  }
}

function placePictures () {
  for (const file of readdirSync(join(assets, 'pictures'))) {
    place(basename(file), readFileSync(join(assets, 'pictures', file)))
  }
}

// Cutting the letter faces takes seconds, so it is done only when a source or the cutter has changed.
function placeLetterFonts () {
  const sources = ['source-sans-3', 'source-serif-4'].map((family) =>
    readFileSync(join(modules, '@fontsource-variable', family, 'package.json')))
  const stamp = digest(readFileSync(join(assets, 'cut_fonts.py')), ...sources)
  const earlier = join(finished, 'letter-fonts')
  const target = join(draft, 'letter-fonts')
  if (existsSync(join(earlier, 'stamp')) && readFileSync(join(earlier, 'stamp'), 'utf8') === stamp) {
    cpSync(earlier, target, { recursive: true })
    return
  }
  const own = join(root, '.venv', 'bin', 'python')
  const python = process.env.PYTHON || (existsSync(own) ? own : 'python3')
  const cut = spawnSync(python, [join(assets, 'cut_fonts.py'), modules, target], { stdio: 'inherit' })
  if (cut.status !== 0) {
    throw new Error(`${python} could not cut the letter fonts; it needs the packages of requirements/frontend.txt`)
  }
  cpSync(join(modules, '@fontsource-variable', 'source-serif-4', 'LICENSE'), join(target, 'LICENSE'))
  writeFileSync(join(target, 'stamp'), stamp)
}

try {
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  placeFonts()
  placeStyles()
  placeScripts()
  placePictures()
  placeLetterFonts()
  writeFileSync(join(draft, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  rmSync(finished, { recursive: true, force: true })
  mkdirSync(dirname(finished), { recursive: true })
  renameSync(draft, finished)
} catch (problem) {
  rmSync(draft, { recursive: true, force: true })
  console.error(`The front end was not built: ${problem.message}`)
  process.exitCode = 1
}
