'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const element = id => document.getElementById(id);
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const count = n => n.toLocaleString('en-US');
  const number = x => typeof x === 'number' ? String(Number(x.toPrecision(4))) : String(x);
  const percent = x => (100 * x).toFixed(1) + ' %';
  const metric = x => x.toFixed(4);
  const setText = (id, text) => { element(id).textContent = text; };
  const make = (tag, text, parent) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  };

  // Colours of labels. Blue and orange of Okabe and Ito's are not among them: in every chart blue is normal and orange
  // anomalous, and nothing else is.
  const CATEGORIES = {
    light: ['#009e73', '#cc79a7', '#b08a00', '#7a4fbf', '#8c510a', '#333333', '#66a61e', '#a6003a', '#4db6ac', '#9a9a9a'],
    dark: ['#3fc79a', '#e59ac4', '#f0e442', '#b394f0', '#a0785a', '#e6e6e6', '#a8d65c', '#ff6f91', '#7fe0d6', '#8a8a8a'],
  };
  const theme = () => document.documentElement.dataset.theme;
  const category = i => CATEGORIES[theme()][i % CATEGORIES[theme()].length];

  // Viridis by five of its colours (van der Walt and Smith 2015, CC0).
  const SEQUENCE = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const sequence = share => {
    const place = Math.min(Math.max(share, 0), 1) * (SEQUENCE.length - 1);
    const below = Math.min(Math.floor(place), SEQUENCE.length - 2);
    const mixed = SEQUENCE[below].map((v, i) => Math.round(v + (place - below) * (SEQUENCE[below + 1][i] - v)));
    return `rgb(${mixed.join(',')})`;
  };

  const charts = [];
  const table = (id, header, rows) => {
    const head = make('tr', undefined, make('thead', undefined, element(id)));
    header.forEach(text => make('th', text, head));
    const body = make('tbody', undefined, element(id));
    rows.forEach(row => {
      const line = make('tr', undefined, body);
      row.forEach(text => make('td', text, line));
    });
  };

  // A dashed line across a chart, with words beside it.
  const line = (at, words, horizontal) => ({
    id: 'line-' + words,
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales } = chart;
      const place = (horizontal ? scales.y : scales.x).getPixelForValue(at);
      if (!(place >= (horizontal ? area.top : area.left) - 1 && place <= (horizontal ? area.bottom : area.right) + 1)) return;
      ctx.save();
      ctx.strokeStyle = style('--mark');
      ctx.setLineDash([5, 4]);
      ctx.beginPath();
      if (horizontal) { ctx.moveTo(area.left, place); ctx.lineTo(area.right, place); }
      else { ctx.moveTo(place, area.top); ctx.lineTo(place, area.bottom); }
      ctx.stroke();
      ctx.font = '12px sans-serif';
      const width = ctx.measureText(words).width;
      const left = horizontal ? area.right - width - 4 : place + 6 + width > area.right ? place - width - 6 : place + 6;
      const base = horizontal ? place - 5 : area.top + 12;
      ctx.setLineDash([]);
      ctx.strokeStyle = style('--panel'); // a rim, so that the words can be read before bars, too
      ctx.lineWidth = 3;
      ctx.lineJoin = 'round';
      ctx.strokeText(words, left, base);
      ctx.fillStyle = style('--mark');
      ctx.fillText(words, left, base);
      ctx.restore();
    },
  });

  const axis = (title, more = {}) => ({
    type: 'linear',
    title: { display: true, text: title, color: style('--faint') },
    ticks: { color: style('--faint') },
    grid: { color: style('--grid') },
    ...more,
  });
  const tooltip = label => ({ callbacks: { title: () => '', label } });
  // Squares of one colour each: the border of a dashed line would make blots of them.
  const filled = chart => Chart.defaults.plugins.legend.labels.generateLabels(chart).map(item => ({ ...item, lineWidth: 0 }));
  const draw = (id, type, datasets, x, y, words, { legend = datasets.length > 1, plugins = [], options = {} } = {}) => {
    charts.push(new Chart(element(id), {
      type,
      data: { datasets },
      plugins,
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: type === 'scatter' ? 'nearest' : 'index', intersect: type === 'scatter' },
        scales: { x, y },
        plugins: {
          legend: { display: legend, labels: { color: style('--ink'), boxWidth: 12, boxHeight: 12, generateLabels: filled } },
          tooltip: tooltip(words),
        },
        ...options,
      },
    }));
  };
  const curve = (label, points, colour, more = {}) => ({
    label, data: points, borderColor: colour, backgroundColor: colour, borderWidth: 2, pointRadius: 0, pointHitRadius: 8, ...more,
  });

  const training = data.training;
  const whole = scale => { scale.ticks = scale.ticks.filter(tick => Number.isInteger(tick.value)); };
  const counts = () => ({ color: style('--faint'), precision: 0 });

  function drawTraining() {
    const epochs = training.epochs;
    const x = () => axis('epoch', { min: epochs.length > 1 ? 1 : 0, max: epochs.length, ticks: counts() });
    const dots = epochs.length > 60 ? 0 : 2.5;
    const sets = [curve('training', epochs.map(e => ({ x: e.epoch, y: e.loss })), style('--first'), { pointRadius: dots })];
    if (epochs.some(e => 'validationLoss' in e)) {
      sets.push(curve('validation', epochs.filter(e => 'validationLoss' in e).map(e => ({ x: e.epoch, y: e.validationLoss })),
        style('--second'), { pointRadius: dots, borderDash: [6, 3] }));
    }
    draw('loss', 'line', sets, x(), axis('loss'), p => `epoch ${p.raw.x}, ${p.dataset.label} ${number(p.raw.y)}`,
      { plugins: training.bestEpoch < epochs.length ? [line(training.bestEpoch, 'kept: epoch ' + training.bestEpoch)] : [] });

    const bar = (label, key, colour) => ({
      label, data: epochs.map(e => ({ x: e.epoch, y: e[key] })), backgroundColor: colour, stack: 'time', barPercentage: 0.9, categoryPercentage: 1,
    });
    draw('time', 'bar',
      [bar('computing', 'compute', style('--first')), bar('communication', 'communication', style('--second')), bar('validation and the rest', 'rest', style('--third'))],
      axis('epoch', { stacked: true, offset: false, min: 0.5, max: epochs.length + 0.5, afterBuildTicks: whole, ticks: counts(), grid: { display: false } }),
      axis('seconds', { stacked: true }),
      p => `epoch ${p.raw.x}, ${p.dataset.label} ${number(p.raw.y)} s`);
  }

  function drawScores() {
    const scores = data.scores;
    const { from, width, others, anomalous, cut } = scores.histogram;
    const known = 'quality' in scores;
    const bins = (rows, label, colour) => ({
      label, data: rows.map((n, i) => ({ x: from + (i + 0.5) * width, y: n })), backgroundColor: colour,
      barPercentage: 1, categoryPercentage: 1, grouped: false, stack: 'rows',
    });
    const sets = [bins(others, known ? 'normal' : 'images', style(known ? '--normal' : '--first'))];
    if (known) sets.push(bins(anomalous, 'anomalous', style('--anomalous')));
    const logarithmic = element('log').checked;
    draw('histogram', 'bar', sets,
      axis(scores.column, { stacked: true, min: from, max: from + others.length * width, offset: false, ticks: { color: style('--faint'), includeBounds: false }, grid: { display: false } }),
      axis('images', { type: logarithmic ? 'logarithmic' : 'linear', stacked: !logarithmic, ticks: counts(), grace: '12%' }), // room for the threshold's words
      p => {
        const low = p.raw.x - width / 2;
        const last = cut && p.dataIndex === others.length - 1;
        return `${number(low)} ${last ? 'and more' : 'to ' + number(low + width)}: ${count(p.raw.y)} ${p.dataset.label}`;
      },
      { plugins: 'threshold' in scores ? [line(scores.threshold, 'threshold ' + number(scores.threshold))] : [] });
  }

  function drawQuality() {
    const quality = data.scores.quality;
    const square = title => axis(title, { min: 0, max: 1 });
    const roc = [{ x: 0, y: 0 }, ...quality.curve.map(p => ({ x: p[2], y: p[1], score: p[0], precision: p[3] }))];
    const chance = curve('chance', [{ x: 0, y: 0 }, { x: 1, y: 1 }], style('--faint'), { borderDash: [4, 4], borderWidth: 1, pointHitRadius: 0 });
    const words = p => p.raw.score === undefined ? `${p.dataset.label}`
      : `threshold ${number(p.raw.score)}: recall ${number(p.raw.recall ?? p.raw.y)}, `
        + (p.raw.precision === undefined ? `precision ${number(p.raw.y)}` : `false alarms ${percent(p.raw.x)} of the normal, precision ${number(p.raw.precision)}`);
    const pointwise = { options: { interaction: { mode: 'nearest', axis: 'x', intersect: false } } };
    const chosen = 'recall' in quality
      ? (x, y) => [{ label: 'at the threshold', type: 'scatter', data: [{ x, y }], backgroundColor: style('--mark'), pointRadius: 5 }] : () => [];
    const rate = quality.falsePositives / quality.normal;
    draw('roc', 'line', [curve('ROC', roc, style('--first')), chance, ...chosen(rate, quality.recall)],
      square('false positive rate'), square('true positive rate (recall)'), words, pointwise);
    const pr = quality.curve.filter(p => p[1] > 0).map(p => ({ x: p[1], y: p[3], score: p[0], recall: p[1] }));
    const share = quality.anomalous / (quality.anomalous + quality.normal);
    const base = curve('chance', [{ x: 0, y: share }, { x: 1, y: share }], style('--faint'), { borderDash: [4, 4], borderWidth: 1, pointHitRadius: 0 });
    draw('pr', 'line', [curve('precision', pr, style('--first')), base, ...chosen(quality.recall, quality.precision)],
      square('recall'), square('precision'), words, pointwise);
  }

  function labels() {
    const rows = new Map();
    data.latents.points.forEach(p => { if (p[3] !== null) rows.set(p[3], (rows.get(p[3]) || 0) + 1); });
    const names = [...rows.keys()];
    if (names.length > 10) {
      names.sort((a, b) => rows.get(b) - rows.get(a)).length = 9;
    }
    return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  }

  // The one label of normal images is blue, and the one of anomalous images orange, as these are everywhere.
  function labelColours(names) {
    const all = (name, truth) => data.latents.points.every(p => p[3] !== name || p[4] === truth);
    const ofNormal = names.filter(name => all(name, false));
    const ofAnomalous = names.filter(name => all(name, true));
    return names.map((name, i) => ofNormal.length === 1 && name === ofNormal[0] ? style('--normal')
      : ofAnomalous.length === 1 && name === ofAnomalous[0] ? style('--anomalous') : category(i));
  }

  function drawLatents() {
    const { points, x, y, kl } = data.latents;
    const by = element('colour').value;
    const place = p => ({ x: p[0], y: p[1], row: p });
    const sets = [];
    const set = (label, chosen, colour) => {
      if (chosen.length) sets.push({ label, data: chosen.map(place), backgroundColor: colour, pointRadius: 2.6, pointHoverRadius: 5 });
    };
    if (by === 'label') {
      const names = labels();
      const colours = labelColours(names);
      names.forEach((name, i) => set(name, points.filter(p => p[3] === name), colours[i]));
      set('others', points.filter(p => !names.includes(p[3])), category(9));
    } else if (by === 'truth') {
      set('normal', points.filter(p => p[4] === false), style('--normal'));
      set('anomalous', points.filter(p => p[4] === true), style('--anomalous'));
    } else {
      const sorted = points.map(p => p[2]).sort((a, b) => a - b);
      const rank = v => { let low = 0, high = sorted.length; while (low < high) { const m = (low + high) >> 1; if (sorted[m] < v) low = m + 1; else high = m; } return low; };
      sets.push({ label: 'score', data: points.map(place), backgroundColor: points.map(p => sequence(rank(p[2]) / sorted.length)), pointRadius: 2.6, pointHoverRadius: 5 });
    }
    draw('scatter', 'scatter', sets, axis(x), axis(y),
      p => [`id ${p.raw.row[5]}`, `score ${number(p.raw.row[2])}`, ...(p.raw.row[3] === null ? [] : [`label ${p.raw.row[3]}`])],
      { legend: by !== 'score' });
    if (kl) {
      draw('kl', 'bar', [{ label: 'KL', data: kl.map((v, i) => ({ x: i, y: v })), backgroundColor: kl.map(v => v > 0.01 ? style('--first') : style('--faint')), barPercentage: 0.9, categoryPercentage: 1 }],
        axis('latent', { offset: false, min: -0.5, max: kl.length - 0.5, afterBuildTicks: whole, ticks: counts(), grid: { display: false } }), axis('nats'),
        p => `latent ${p.raw.x}: ${number(p.raw.y)} nats`);
    }
  }

  function drawAll() {
    charts.splice(0).forEach(chart => chart.destroy());
    drawTraining();
    if (data.scores) drawScores();
    if (data.scores && data.scores.quality) drawQuality();
    if (data.latents) drawLatents();
  }

  function writeCards() {
    const cards = [[`${data.rows} of training`, count(training.rows)], ['epochs, kept: ' + training.bestEpoch, count(training.epochs.length)],
      ['loss at the end', number(training.epochs[training.epochs.length - 1].loss)], [training.workers === 1 ? 'worker' : 'workers', count(training.workers)],
      ['seconds of training', training.seconds.toFixed(1)], ['threshold, by ' + data.thresholdMethod, number(data.threshold)]];
    const rates = data.falsePositiveRate;
    if (rates) cards.push([`false positive rate (95 %), by ${count(rates.images)} images`, `${(100 * rates.low).toFixed(1)} to ${percent(rates.high)}`]);
    if (data.scores) {
      cards.push(['images scored', count(data.scores.scored)]);
      if ('predicted' in data.scores) cards.push(['above the threshold', count(data.scores.predicted)]);
      if (data.scores.quality) cards.push(['AUROC', metric(data.scores.quality.auroc)], ['average precision', metric(data.scores.quality.averagePrecision)]);
    }
    cards.forEach(([name, value]) => {
      const card = make('div', undefined, element('cards'));
      card.className = 'card';
      make('b', value, card);
      make('span', name, card);
    });
  }

  function writeScores() {
    const scores = data.scores;
    const missing = scores.rows - scores.scored;
    setText('scores-words', `${count(scores.scored)} images`
      + (missing ? `, and ${count(missing)} without a score` : '')
      + `, from ${number(scores.least)} to ${number(scores.most)}.`
      + ('predicted' in scores ? ` ${count(scores.predicted)} (${percent(scores.predicted / scores.scored)}) lie above the threshold.` : '')
      + (scores.histogram.cut ? ' The last bar holds all that lie beyond it.' : ''));
    const quality = scores.quality;
    if (!quality) return;
    setText('quality-words', `${count(quality.anomalous)} images are anomalous, ${count(quality.normal)} normal. AUROC ${metric(quality.auroc)}, average precision ${metric(quality.averagePrecision)}.`
      + ('f1' in quality ? ` At the threshold: precision ${metric(quality.precision)}, recall ${metric(quality.recall)}, F1 ${metric(quality.f1)}.` : '')
      + ` The best F1 there is, ${metric(quality.bestF1)}, needs the threshold ${number(quality.bestF1Threshold)}. Metrics are exact; the curves show ${count(quality.curve.length)} of their points.`);
  }

  const kind = anomalous => anomalous ? 'anomalous' : 'normal';

  // What is said of an image: its label, whether it is anomalous by --anomalous, and what the model predicts.
  function writeKinds(image, caption) {
    const kinds = [];
    if ('label' in image) kinds.push(['label', image.label, '']);
    if ('anomalous' in image && image.label !== kind(image.anomalous)) kinds.push(['truth', kind(image.anomalous), kind(image.anomalous)]);
    if ('predicted' in image) kinds.push(['prediction', kind(image.predicted), kind(image.predicted)]);
    kinds.forEach(([what, words, colour], i) => {
      caption.append((i ? ' · ' : '') + what + ': ');
      make('span', words, caption).className = colour || (words === 'normal' || words === 'anomalous' ? words : 'label');
    });
    if (kinds.length) make('br', undefined, caption);
  }

  // Explains the words under the pictures, those that are there.
  function writePictureLegend(images) {
    const words = [];
    if (images.some(image => 'label' in image)) words.push(`label: column ${data.scores.label}`);
    if (images.some(image => 'anomalous' in image)) words.push('truth: by the condition for anomalous images');
    if (images.some(image => 'predicted' in image)) words.push('prediction: anomalous where the score is above the threshold');
    if ('pixelThreshold' in data.pictures) words.push('red lines: regions with errors above ' + number(data.pictures.pixelThreshold));
    setText('kinds', words.join(' · '));
    element('kinds-colours').hidden = !images.some(image => 'anomalous' in image || 'predicted' in image);
  }

  function writePictures() {
    const pictures = data.pictures;
    element('gradient').style.background = `linear-gradient(to right, ${pictures.colors})`;
    setText('scale', number(pictures.scale));
    setText('pictures-notice', pictures.notice || '');
    const groups = [['Most anomalous: the highest scores', pictures.highest], ['Borderline: nearest to the threshold', pictures.borderline], ['Most normal: the lowest scores', pictures.lowest]];
    writePictureLegend(groups.flatMap(([, images]) => images));
    groups.filter(([, images]) => images.length).forEach(([title, images]) => {
      make('h3', title, element('groups'));
      const grid = make('div', undefined, element('groups'));
      grid.className = 'pictures';
      images.forEach(image => {
        const box = make('div', undefined, grid);
        box.className = 'picture';
        const three = make('div', undefined, box);
        [['image', 'image'], ['reconstruction', 'reconstruction'], ['heat', 'error of each pixel']].filter(([key]) => image[key]).forEach(([key, words]) => {
          const picture = make('img', undefined, three);
          picture.src = image[key];
          picture.alt = picture.title = words;
        });
        const caption = make('p', 'score ' + number(image.score), box);
        make('br', undefined, caption);
        writeKinds(image, caption);
        make('span', image.id, caption);
      });
    });
  }

  function writeLatents() {
    const { points, width, kl } = data.latents;
    const used = kl ? kl.filter(v => v > 0.01).length : 0;
    setText('latents-words', (points.length < data.scores.scored ? `A sample of ${count(points.length)} of the ${count(data.scores.scored)} images` : `All ${count(points.length)} images`)
      + ` in a latent space of ${width} ${width === 1 ? 'dimension' : 'dimensions'}.`
      + (kl ? ` ${used} of ${kl.length} latents are used, that is, tell more than 0.01 nats about an image.` : ''));
    element('kl-figure').hidden = !kl;
    const choices = [['score', 'score (dark: low)']];
    if (points.some(p => p[4] !== null)) choices.unshift(['truth', 'normal or anomalous']);
    if (points.some(p => p[3] !== null)) choices.unshift(['label', data.scores.label]);
    choices.forEach(([value, words]) => { make('option', words, element('colour')).value = value; });
    element('colour').addEventListener('change', drawAll);
  }

  function writeAll() {
    setText('name', data.name);
    setText('subtitle', `${data.kind} ${data.architecture}, ${data.rows} of ${data.shape}, scored by ${data.scoreMethod}`);
    writeCards();
    const validated = training.epochs.some(e => 'validationLoss' in e);
    table('epochs', ['epoch', 'loss', ...(validated ? ['validation'] : []), `${data.rows}/s`, 'computing s', 'communication s', 'rest s'],
      training.epochs.map(e => [e.epoch, number(e.loss), ...(validated ? ['validationLoss' in e ? number(e.validationLoss) : ''] : []),
        count(Math.round(e.imagesPerSecond)), e.compute.toFixed(2), e.communication.toFixed(2), e.rest.toFixed(2)]));
    const hide = (id, there) => { element(id).hidden = !there; };
    hide('scores', data.scores);
    hide('quality', data.scores && data.scores.quality);
    hide('pictures', data.pictures);
    hide('latents', data.latents);
    hide('prior', data.prior);
    if (data.scores) writeScores();
    if (data.pictures) writePictures();
    if (data.latents) writeLatents();
    if (data.prior) {
      element('generated').src = data.prior.generated;
      setText('generated-words', `${data.prior.count} images from draws of the prior (seed ${data.prior.seed})`);
      element('walk').src = data.prior.walk;
      const [across, down] = data.prior.plane;
      setText('walk-words', down === undefined ? `latent ${across} from ${-data.prior.end} to ${data.prior.end}`
        : `latent ${across} (to the right) and ${down} (upwards) from ${-data.prior.end} to ${data.prior.end}, all others 0`);
    }
    hide('commands-box', data.commands);
    if (data.commands) setText('commands', data.commands);
    table('provenance', ['made with', ''], Object.entries(data.provenance).filter(([, value]) => value));
    table('params', ['param', 'value'], Object.entries(data.params));
    const links = make('div', undefined, element('contents'));
    document.querySelectorAll('main section[id] h2').forEach(heading => {
      if (!heading.parentElement.hidden) make('a', heading.textContent, links).href = '#' + heading.parentElement.id;
    });
  }

  function setTheme(name) {
    document.documentElement.dataset.theme = name;
    setText('theme', name === 'dark' ? 'Light' : 'Dark');
  }

  setTheme(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  writeAll();
  drawAll();
  element('log').addEventListener('change', drawAll);
  element('theme').addEventListener('click', () => { setTheme(theme() === 'dark' ? 'light' : 'dark'); drawAll(); });
})();
