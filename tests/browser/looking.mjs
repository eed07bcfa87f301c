// Locators as playwright has them, in small, for browsers that playwright does not drive as they are: what `ways.mjs` says
// of a page is then said once for all engines. A tab has to offer `evaluate(function, argument)`, `grasp` (the same, for
// the element that the function gives), and real input: `click`, `type`, `press` and `give` (a file).

import { setTimeout as pause } from 'node:timers/promises';

import { PATIENCE } from './person.mjs';

/** A page with playwright's names for what the stories do; engines extend it by a real tab. */
export class Looking {
  getByTestId(id) {
    return this.locator(`[data-testid="${id}"]`);
  }

  locator(css) {
    return new Locator(this, [['css', css]]);
  }

  /** Waits until the address is as wanted. */
  async waitForURL(wanted) {
    await patiently(async () => wanted(new URL(await this.url())), () => 'the address to be another');
  }
}

class Locator {
  constructor(tab, steps) {
    this.tab = tab;
    this.steps = steps;
  }

  page() {
    return this.tab;
  }

  toString() {
    return JSON.stringify(this.steps);
  }

  with(...step) {
    return new Locator(this.tab, [...this.steps, step]);
  }

  getByTestId(id) {
    return this.locator(`[data-testid="${id}"]`);
  }

  locator(css) {
    return this.with('css', css);
  }

  filter({ hasText }) {
    return this.with('text', hasText);
  }

  first() {
    return this.with('first');
  }

  or(other) {
    return this.with('or', other.steps);
  }

  ask(what, value) {
    return this.tab.evaluate(look, { steps: this.steps, what, value });
  }

  count() {
    return this.ask('count');
  }

  async isVisible() {
    return (await this.ask('visible')) > 0;
  }

  async waitFor({ state = 'visible' } = {}) {
    const holds = {
      visible: () => this.isVisible(),
      hidden: async () => !(await this.isVisible()),
      attached: async () => (await this.count()) > 0,
      detached: async () => (await this.count()) === 0,
    }[state];
    await patiently(holds, () => `${this} to be ${state}`);
  }

  /** Something of the first element, as soon as there is one. */
  async read(what, value) {
    await this.waitFor({ state: 'attached' });
    return this.ask(what, value);
  }

  textContent() {
    return this.read('text');
  }

  innerText() {
    return this.read('shown');
  }

  inputValue() {
    return this.read('value');
  }

  getAttribute(name) {
    return this.read('attribute', name);
  }

  /** Puts a text where another was, as pasting does. */
  async fill(text) {
    await patiently(() => this.ask('fill', text), () => `${this} to be written in`);
  }

  async selectOption(value) {
    await patiently(() => this.ask('select', value), () => `${this} to be chosen from`);
  }

  async check() {
    await this.waitFor({ state: 'attached' });
    if (!(await this.ask('checked'))) await this.click();
  }

  /** The element, when a click in its middle would hit it. */
  async grasp() {
    await patiently(() => this.ask('hit'), () => `${this} to be clickable`);
    return this.tab.grasp(look, { steps: this.steps, what: 'element' });
  }

  async click() {
    await this.tab.click(await this.grasp());
  }

  async pressSequentially(text) {
    await this.tab.type(await this.grasp(), text);
  }

  async press(key) {
    await this.tab.press(await this.grasp(), key);
  }

  async setInputFiles(file) {
    await this.waitFor({ state: 'attached' });
    await this.tab.give(await this.tab.grasp(look, { steps: this.steps, what: 'element' }), file);
  }
}

async function patiently(holds, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      if (await holds()) return;
      if (Date.now() > end) throw new Error(`waited in vain for ${what()}`);
    } catch (error) {
      // A document that is just going has no answer any more.
      if (Date.now() > end) throw error;
    }
    await pause(50);
  }
}

/** Runs in the page, so it must stand for itself. */
function look({ steps, what, value }) {
  const find = (steps) => {
    let found = [document];
    for (const [step, with_] of steps) {
      if (step === 'css') found = [...new Set(found.flatMap((under) => [...under.querySelectorAll(with_)]))];
      if (step === 'text') found = found.filter((one) => one.textContent.replace(/\s+/g, ' ').includes(with_));
      if (step === 'first') found = found.slice(0, 1);
      if (step === 'or') found = [...new Set([...found, ...find(with_)])];
    }
    return found;
  };
  const visible = (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility === 'visible';
  const found = find(steps);
  const one = found[0];
  switch (what) {
    case 'count': return found.length;
    case 'visible': return found.filter(visible).length;
    case 'element': return one;
    case 'text': return one.textContent;
    case 'shown': return one.innerText;
    case 'value': return one.value;
    case 'checked': return one.checked;
    case 'attribute': return one.getAttribute(value);
    case 'fill': {
      if (!one || !visible(one) || one.disabled || one.readOnly) return false;
      one.focus();
      one.select();
      document.execCommand(value === '' ? 'delete' : 'insertText', false, value);
      return one.value === value;
    }
    case 'select': {
      if (!one || one.disabled || ![...one.options].some((option) => option.value === value)) return false;
      one.value = value;
      one.dispatchEvent(new Event('input', { bubbles: true }));
      one.dispatchEvent(new Event('change', { bubbles: true }));
      return true;
    }
    case 'hit': {
      if (!one || !visible(one) || one.disabled) return false;
      one.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, top, width, height } = one.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return Boolean(hit) && (one.contains(hit) || hit.contains(one));
    }
    default: throw new Error(`no such question: ${what}`);
  }
}
