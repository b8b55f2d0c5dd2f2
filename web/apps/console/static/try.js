/* Embeds the chat exactly as the snippet does. */
(() => {
  const isChinese = navigator.language.toLowerCase().startsWith('zh');
  const words = isChinese
    ? ['这里就像您的网站', '聊天窗口在页面角落。写一句话，消息会立即出现在控制台。']
    : [
        'This could be your site',
        'The chat is in the corner. Write something and it appears in the console at once.',
      ];
  document.documentElement.lang = isChinese ? 'zh-CN' : 'en';
  document.getElementById('title').textContent = words[0];
  document.getElementById('text').textContent = words[1];
  const key = new URLSearchParams(location.search).get('inbox');
  if (!key) return;
  const script = document.createElement('script');
  script.async = true;
  script.src = '/widget.js';
  script.dataset.inbox = key;
  document.body.append(script);
})();
