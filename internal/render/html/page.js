'use strict';
(() => {
  const byId = id => document.getElementById(id);
  const el = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const number = new Intl.NumberFormat('en-US').format;
  const severities = ['breaking', 'warning', 'notice'];

  // Copying. Pages that were opened as files may have no clipboard.
  const copied = byId('copied');
  const copyOld = text => {
    const area = el('textarea', 'offscreen');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  };
  const copy = async text => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyOld(text);
    }
  };
  const addCopy = pre => {
    const button = el('button', 'copy', 'Copy');
    button.type = 'button';
    button.setAttribute('aria-label', 'Copy this command');
    button.addEventListener('click', async () => {
      const done = await copy(pre.textContent);
      if (!done) getSelection().selectAllChildren(pre);
      button.focus();
      button.textContent = done ? 'Copied' : 'Selected';
      copied.textContent = done ? 'The command was copied.' : 'The command is selected: copy it with the keyboard.';
      setTimeout(() => { button.textContent = 'Copy'; copied.textContent = ''; }, 2000);
    });
    const box = el('div', 'copyable');
    pre.replaceWith(box);
    box.append(pre, button);
  };
  for (const pre of document.querySelectorAll('pre.command')) addCopy(pre);

  // On paper, steps and checks are unfolded.
  let unfolded = [];
  addEventListener('beforeprint', () => {
    unfolded = [...document.querySelectorAll('main details:not([open]):not(.ref):not(.row)')];
    for (const fold of unfolded) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of unfolded) fold.open = false;
  });

  // The findings. A number in a shared column stands for an earlier value of that column.
  const data = JSON.parse(byId('island').textContent);
  const list = byId('rows');
  if (!list) return;
  const SHARED = 5, DETAILS = 2;
  const columns = n => Array.from({ length: n }, () => []);
  const resolve = (row, known) => {
    for (let i = 0; i < known.length; i++) {
      if (typeof row[i] === 'number') row[i] = known[i][row[i]];
      else known[i].push(row[i]);
    }
    return row;
  };
  const known = columns(SHARED);
  const naming = ([rule, title, severity, change, timing, inferred, kind, state, waived, baseline, doc, action]) =>
    ({ rule, title, severity, change, timing, inferred, kind, state, waived, baseline, doc, action });
  const all = data.findings.map((row, at) => {
    if (typeof row[0] !== 'number') row[0] = naming(row[0]);
    const [common, group, owner, where, message, name, id, fingerprint] = resolve(row, known);
    return { at, common, group: group[0] || group[1], groupId: group[1], owner, where, message, name, id, fingerprint, text: '' };
  });
  // Evidence and steps, read when one of so many rows is unfolded. They stand behind this script.
  const scripts = document.getElementsByClassName('details'), read = [];
  const details = f => {
    const part = Math.floor(f.at / data.details);
    const whole = scripts.length - (document.readyState === 'loading' ? 1 : 0);
    if (part >= whole) return undefined;
    if (!read[part]) {
      const known = columns(DETAILS);
      read[part] = JSON.parse(scripts[part].textContent).map(row => resolve(row, known));
    }
    return read[part][f.at % data.details];
  };
  const fill = (text, f) => text.replace(/[\u0001-\u0003]/g, sign => sign === '\u0001' ? f.id : sign === '\u0002' ? f.name : f.groupId);
  const called = f => f.common.kind + ' ' + (f.name || f.id || '(unnamed)');
  const searched = f => {
    if (!f.text) {
      f.text = fill([f.common.severity, f.common.rule, f.common.title, called(f), f.id, f.group, f.owner.join(' '), f.where, f.message,
        f.fingerprint, f.common.waived === null ? '' : 'waived ' + f.common.waived, f.common.baseline].join('\n'), f).toLowerCase();
    }
    return f.text;
  };

  // One finding. What it unfolds is made when it is unfolded.
  const tag = text => el('span', 'tag ' + (severities.includes(text) ? text : ''), text);
  const body = f => {
    const out = el('div', 'body');
    const facts = el('dl', 'facts');
    const fact = (what, text) => {
      if (!text) return;
      const pair = el('div');
      pair.append(el('dt', '', what), el('dd', '', text));
      facts.append(pair);
    };
    fact('Waived', f.common.waived === null ? '' : f.common.waived || 'without a reason');
    fact('Known', f.common.baseline === 'known' ? 'to the baseline' : '');
    fact('Place', fill(f.where, f));
    fact('Id', f.id === f.name ? '' : f.id);
    fact('Group id', f.groupId === f.group ? '' : f.groupId);
    fact('State', f.common.state === 'live' ? '' : f.common.state);
    fact('Owner', f.owner.join(', '));
    const [evidence, todo] = details(f);
    for (let i = 0; i < evidence.length; i += 2) fact(fill(evidence[i], f), fill(evidence[i + 1], f));
    fact('Rule', (f.common.title ? f.common.rule + ': ' + f.common.title : f.common.rule) + (f.common.change ? ', new in ' + f.common.change : ''));
    fact('Inferred', f.common.inferred ? 'check the object before you act' : '');
    fact('More', f.common.doc);
    fact('Fingerprint', f.fingerprint);
    fact('To do first', f.common.action);
    out.append(facts);
    const steps = el('ol', 'steps');
    for (const [when, text, command, warning] of todo) {
      const step = el('li'), says = el('p');
      says.append(el('span', 'when', when), ' ', fill(text, f));
      step.append(says);
      if (warning) step.append(el('p', '', warning));
      if (command) {
        const pre = el('pre', 'command');
        pre.append(el('code', '', fill(command, f)));
        step.append(pre);
        addCopy(pre);
      }
      steps.append(step);
    }
    if (todo.length) out.append(steps);
    return out;
  };
  const item = f => {
    const li = el('li'), fold = el('details', 'row'), head = el('summary');
    const status = el('span', 'status');
    status.append(tag(f.common.severity));
    if (f.common.waived !== null) status.append(' ', tag('waived'));
    if (f.common.baseline === 'known') status.append(' ', tag('known'));
    head.append(status, ' ', el('span', 'object', called(f)), ' ', el('span', 'group', f.group), ' ', el('span', 'what', fill(f.message, f) || f.common.title));
    fold.append(head);
    const unfold = () => {
      if (!fold.open || fold.children.length > 1) return;
      if (details(f)) fold.append(body(f));
      else addEventListener('DOMContentLoaded', unfold, { once: true }); // the page is still being read
    };
    fold.addEventListener('toggle', unfold);
    li.append(fold);
    return li;
  };

  // The list: a part of what fits the filters.
  const more = byId('more'), count = byId('count'), printed = byId('printed');
  const by = { group: byId('by-group'), severity: byId('by-severity'), rule: byId('by-rule'), owner: byId('by-owner'), text: byId('by-text') };
  let found = all;
  const grow = upTo => {
    const part = document.createDocumentFragment();
    for (let i = list.children.length; i < Math.min(upTo, found.length); i++) part.append(item(found[i]));
    list.classList.toggle('long', found.length > 50); // those out of sight are laid out when they come into sight
    list.append(part);
    const n = list.children.length;
    const fitting = found.length < all.length ? number(found.length) + ' of ' + number(all.length) + ' findings fit' : number(all.length) + ' findings';
    count.textContent = fitting + (n < found.length ? '; the first ' + number(n) + ' are shown.' : found.length ? ', all shown.' : '.');
    more.hidden = n >= found.length;
    more.textContent = 'Show ' + number(Math.min(data.rows, found.length - n)) + ' more';
  };
  const NONE = '\u0000';
  const apply = () => {
    const words = by.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { value: group } = by.group, { value: severity } = by.severity, { value: rule } = by.rule, { value: owner } = by.owner;
    found = all.filter(f => (!severity || f.common.severity === severity) && (!rule || f.common.rule === rule) &&
      (!group || (group === NONE ? !f.group : f.group === group)) &&
      (!owner || (owner === NONE ? !f.owner.length : f.owner.includes(owner))) && words.every(word => searched(f).includes(word)));
    list.replaceChildren();
    grow(data.rows);
  };
  const collator = new Intl.Collator('en', { numeric: true });
  const options = (select, values, none, order) => {
    const counts = new Map();
    for (const f of all) for (const value of values(f)) counts.set(value, (counts.get(value) || 0) + 1);
    const compare = order || collator.compare;
    for (const value of [...counts.keys()].sort(compare)) {
      const option = el('option', '', (value === NONE ? none : value) + ' (' + number(counts.get(value)) + ')');
      option.value = value;
      select.append(option);
    }
    select.addEventListener('change', apply);
  };
  options(by.group, f => [f.group || NONE], 'in no group');
  options(by.severity, f => [f.common.severity], '', (a, b) => severities.indexOf(a) - severities.indexOf(b));
  options(by.rule, f => [f.common.rule], '');
  options(by.owner, f => f.owner.length ? f.owner : [NONE], 'nobody');
  by.text.addEventListener('input', apply);
  more.addEventListener('click', () => {
    const next = list.children.length;
    grow(next + data.rows);
    list.children[next].querySelector('summary').focus();
  });
  const reset = () => { for (const field of Object.values(by)) field.value = ''; };
  byId('reset').addEventListener('click', () => { reset(); apply(); });
  for (const link of document.querySelectorAll('a[data-rule]')) {
    link.addEventListener('click', () => { reset(); by.rule.value = link.dataset.rule; apply(); });
  }
  let screenful = 0;
  addEventListener('beforeprint', () => {
    screenful = list.children.length;
    grow(data.print);
    const rest = found.length - list.children.length, unfit = all.length - found.length;
    printed.hidden = false;
    printed.textContent = 'Printed: ' + number(list.children.length) + ' of ' + number(all.length) + ' findings.' +
      (rest > 0 ? ' ' + number(rest) + ' more are left out, because a page prints at most ' + number(data.print) + '.' : '') +
      (unfit > 0 ? ' ' + number(unfit) + ' do not fit the filter.' : '') +
      (rest + unfit > 0 ? ' All are in ' + data.elsewhere + '.' : '');
  });
  addEventListener('afterprint', () => {
    while (list.children.length > screenful) list.lastChild.remove();
    grow(screenful);
    printed.hidden = true;
  });
  byId('filters').hidden = false;
  apply();

  // The first search need not wait for the texts.
  let prepared = 0;
  const prepare = deadline => {
    while (prepared < all.length && deadline.timeRemaining() > 1) for (const end = Math.min(prepared + 50, all.length); prepared < end; prepared++) searched(all[prepared]);
    if (prepared < all.length) requestIdleCallback(prepare);
  };
  if (window.requestIdleCallback) requestIdleCallback(prepare);
})();
